// A file kept where the device keeps its downloads.  SPDX-License-Identifier: Apache-2.0

export function download(file: Blob, name: string): void {
  const place = URL.createObjectURL(file)
  Object.assign(document.createElement('a'), { href: place, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(place), 60000)
}
