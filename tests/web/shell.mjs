// The mini-program's shell as WeChat would run it, without a picture: `node shell.mjs FOLDER` reads a line of JSON {act, …} and answers each with
// where the shell is, what its page would draw, and what it keeps on the device.  SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const folder = resolve(process.argv[2]), load = createRequire(join(folder, 'app.js'))
const { pages } = JSON.parse(readFileSync(join(folder, 'app.json'), 'utf8'))
const defined = {}, storage = {}, asked = []
let app = null, page = null, route = '', codes = [], answers = {}, owed = 0, loading = ''

const later = (act) => { owed += 1; setTimeout(async () => { await act(); owed -= 1 }) }
const open = ({ url }) => later(() => {
  route = url.replace(/^\//, '')
  page = { ...defined[route], data: structuredClone(defined[route].data), setData(change) { Object.assign(this.data, structuredClone(change)) } }
  return page.onLoad?.({})
})

globalThis.App = (made) => { app = made }
globalThis.getApp = () => app
globalThis.Page = (made) => { defined[loading] = made }
globalThis.wx = {
  login: ({ success, fail }) => later(() => (codes.length ? success({ code: codes.shift() }) : fail({ errMsg: 'login:fail' }))),
  request: ({ url, method, data, header, success, fail }) => {
    asked.push(url)
    later(async () => {
      const reply = await fetch(url, { method, headers: header, body: JSON.stringify(data) }).catch(() => null)
      if (!reply) return fail({ errMsg: 'request:fail' })
      const text = await reply.text()
      success({ statusCode: reply.status, data: text ? JSON.parse(text) : '' })
    })
  },
  getStorageSync: (key) => storage[key] ?? '',
  setStorageSync: (key, value) => { storage[key] = structuredClone(value) },
  redirectTo: open, reLaunch: open,
  requestSubscribeMessage: ({ tmplIds, success }) => later(() => success(Object.fromEntries(tmplIds.map((id) => [id, answers[id] ?? 'accept'])))),
}

load('./app.js')
for (loading of pages) load(`./${loading}.js`)

const acts = {
  launch: () => { app.session = ''; open({ url: `/${pages[0]}` }) },
  tap: ({ handler, value }) => page[handler]({ detail: { value } }),
}
for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...more } = JSON.parse(line)
  codes = more.codes ?? codes
  answers = more.answers ?? answers
  acts[act](more)
  do await new Promise((go) => setTimeout(go, 1)); while (owed)
  console.log(JSON.stringify({ route, data: page.data, storage, asked: asked.splice(0) }))
}
