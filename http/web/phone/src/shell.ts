// Inside the mini-program: the session that its shell opened comes in the address's fragment, which no server sees, and is gone from there
// before anything else is done. Elsewhere nothing of it is taken: a link could sign its reader in as somebody else.
// SPDX-License-Identifier: Apache-2.0
import { takeOver } from '@baoting/shared/session'

const handed = /^#session=([0-9a-f]{20,200})$/.exec(location.hash)?.[1]
if (location.hash.startsWith('#session=')) history.replaceState(null, '', location.pathname + location.search)

export async function takeSession(): Promise<void> {
  if (handed && /miniProgram/i.test(navigator.userAgent)) await takeOver(handed)
}
