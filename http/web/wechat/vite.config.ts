// How the mini-program's shell is built: a script a page, what its pages need beside them, checked.  SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'
import { shell } from './build.ts'

const source = fileURLToPath(new URL('src', import.meta.url))
const { pages } = JSON.parse(readFileSync(join(source, 'app.json'), 'utf8')) as { pages: string[] }
const beside = readdirSync(source).filter((name) => /\.(json|wxss)$/.test(name))

const config: UserConfig = {
  plugins: [shell(source, pages, beside)],
  build: {
    outDir: resolve(process.env['WECHAT_OUT'] ?? 'dist'),
    emptyOutDir: true,
    target: 'es2018',
    minify: false, // WeChat's own tool does, at the upload
    modulePreload: false,
    rollupOptions: {
      input: Object.fromEntries(['app', ...pages].map((name) => [name, join(source, `${name}.ts`)])),
      preserveEntrySignatures: 'strict',
      output: {
        format: 'cjs', entryFileNames: '[name].js', chunkFileNames: '[name].js', minifyInternalExports: false,
        manualChunks: (id) => (id.endsWith('/site.ts') ? 'site' : undefined),
      },
    },
  },
}
export default config
