// How every client is built: its base path, where it goes, no inline script or style.  SPDX-License-Identifier: Apache-2.0
import vue from '@vitejs/plugin-vue'
import { resolve } from 'node:path'
import type { UserConfig } from 'vite'

/** The build of the client of that name, a folder of its own in WEB_OUT (dist when it is not set). */
export function client(name: string): UserConfig {
  return {
    base: `/${name}/`,
    plugins: [vue()],
    build: {
      outDir: resolve(process.env['WEB_OUT'] ?? 'dist', name),
      emptyOutDir: true,
      target: 'es2022',
      cssTarget: 'chrome80',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    server: { proxy: { '/v1': process.env['FRONT'] ?? 'http://127.0.0.1:8080' } },
  }
}
