// What the build puts beside the shell's scripts: its pages with every word in its place, and the house's colours. A page that lacks a
// file, markup that is not well-formed, a tap that nobody takes and a word that nobody knows end the build.  SPDX-License-Identifier: Apache-2.0
import { parse, type ElementNode, type TemplateChildNode } from '@vue/compiler-dom'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { shared } from '../shared/src/words/zh/shared.ts'
import { wechat } from '../shared/src/words/zh/wechat.ts'

const words: Record<string, string> = { ...shared, ...wechat }
const TAGS = new Set(['view', 'text', 'block', 'label', 'input', 'button', 'form', 'web-view'])

/** Texts stand for `{{say('…')}}`, which WeChat does not know. */
function said(text: string, where: string): string {
  return text.replace(/\{\{say\('([\w.]+)'\)\}\}/g, (_, id: string) => {
    if (!(id in words)) throw new Error(`${where}: no word ${id}`)
    return words[id]!
  })
}

function* elements(nodes: TemplateChildNode[]): Generator<ElementNode> {
  for (const node of nodes) if (node.type === 1) { yield node; yield* elements(node.children) }
}

/** Fails where the markup is not well-formed, has a tag that the shell does not use, or names a handler that its script has not. */
function checked(markup: string, script: string, where: string): string {
  const tree = parse(markup, { parseMode: 'base', isVoidTag: () => false, onError: (fault) => { throw new Error(`${where}:${fault.loc?.start.line ?? 0}: ${fault.message}`) } })
  for (const element of elements(tree.children)) {
    if (!TAGS.has(element.tag)) throw new Error(`${where}: no tag ${element.tag}`)
    for (const each of element.props) {
      if (each.type !== 6 || !/^(bind|catch)/.test(each.name)) continue
      if (!new RegExp(`^  (async )?${each.value?.content}\\(`, 'm').test(script)) throw new Error(`${where}: no handler ${each.value?.content}`)
    }
  }
  if (/[\u4e00-\u9fff]/.test(markup)) throw new Error(`${where}: a text that is no word`)
  return markup
}

/* The house's colours and sizes are of the page there. */
const tokens = (): string => /^:root \{[^}]*\}/m.exec(readFileSync(new URL('../shared/src/styles/tokens.css', import.meta.url), 'utf8'))![0].replace(':root', 'page')

export const shell = (source: string, pages: string[], beside: string[]): Plugin => ({
  name: 'shell',
  generateBundle() {
    const read = (name: string): string => readFileSync(join(source, name), 'utf8')
    const put = (fileName: string, text: string): void => { this.emitFile({ type: 'asset', fileName, source: text }) }
    for (const name of beside) put(name, name.endsWith('.json') ? JSON.stringify(JSON.parse(said(read(name), name))) : `${tokens()}\n${read(name)}`)
    for (const page of pages) {
      put(`${page}.json`, JSON.stringify(JSON.parse(said(read(`${page}.json`), `${page}.json`))))
      put(`${page}.wxss`, read(`${page}.wxss`))
      put(`${page}.wxml`, said(checked(read(`${page}.wxml`), read(`${page}.ts`), `${page}.wxml`), `${page}.wxml`))
    }
  },
})
