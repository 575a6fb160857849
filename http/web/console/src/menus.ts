// Menus that fold out: open until one goes elsewhere, by pointer, by keyboard, or with Escape.  SPDX-License-Identifier: Apache-2.0

const open = (): HTMLDetailsElement[] => [...document.querySelectorAll<HTMLDetailsElement>('details[open]:has(> .menu)')]

function leave(event: Event): void {
  for (const menu of open()) if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false
}

function escape(event: KeyboardEvent): void {
  if (event.key !== 'Escape') return
  for (const menu of open()) {
    if (menu.contains(document.activeElement)) menu.querySelector('summary')?.focus()
    menu.open = false
  }
}

/** From now on, for every menu of the page. */
export function watchMenus(): void {
  addEventListener('pointerdown', leave)
  addEventListener('focusin', leave)
  addEventListener('keydown', escape)
}
