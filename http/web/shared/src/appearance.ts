// Type size and theme as chosen on this device.  SPDX-License-Identifier: Apache-2.0
import { reactive, watchEffect } from 'vue'

export type TypeSize = 'normal' | 'large' | 'largest'
export type Theme = 'auto' | 'light' | 'dark'

const read = <T extends string>(name: string, otherwise: T): T => (localStorage.getItem(name) as T | null) ?? otherwise
const dark = matchMedia('(prefers-color-scheme: dark)')
const system = reactive({ dark: dark.matches })
dark.addEventListener('change', () => { system.dark = dark.matches })

export const appearance = reactive({ type: read<TypeSize>('baoting.type', 'normal'), theme: read<Theme>('baoting.theme', 'auto') })

watchEffect(() => {
  const root = document.documentElement
  root.dataset['type'] = appearance.type
  root.dataset['theme'] = appearance.theme === 'auto' ? (system.dark ? 'dark' : 'light') : appearance.theme
  localStorage.setItem('baoting.type', appearance.type)
  localStorage.setItem('baoting.theme', appearance.theme)
})
