// compress FOLDER: writes NAME.br and NAME.gz beside every file of the built clients that gets smaller by it.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const LEAST = 256
const words = /\.(html|js|css|svg|json|webmanifest)$/

function walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) walk(path)
    else if (words.test(name)) compress(path)
  }
}

function compress(path) {
  const bytes = readFileSync(path)
  if (bytes.length < LEAST) return
  const codings = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    gz: gzipSync(bytes, { level: 9 }),
  }
  for (const [ending, coded] of Object.entries(codings)) if (coded.length < bytes.length) writeFileSync(`${path}.${ending}`, coded)
}

walk(process.argv[2])
