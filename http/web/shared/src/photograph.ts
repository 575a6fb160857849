// A photograph made small enough on the device before it is sent: upright, without what the camera wrote into it.
// SPDX-License-Identifier: Apache-2.0
import { say } from './words/say'

const SIDE = 960, LEAST = 100, BYTES = 480 * 1024

const drawn = (picture: ImageBitmap, side: number): HTMLCanvasElement => {
  const by = Math.min(1, side / Math.max(picture.width, picture.height))
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(picture.width * by), height: Math.round(picture.height * by) })
  const pen = canvas.getContext('2d')
  if (pen) {
    pen.fillStyle = '#fff' // behind what is transparent
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
  }
  return canvas
}
const written = (canvas: HTMLCanvasElement, quality: number): Promise<Blob | null> =>
  new Promise((on) => canvas.toBlob(on, 'image/jpeg', quality))

/** The picture of a file as a JPEG that the front takes; or what is wrong with it, in words. */
export async function reduced(file: Blob): Promise<Blob | string> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null)
  if (!picture) return say('photograph.unread')
  if (Math.min(picture.width, picture.height) < LEAST) return say('photograph.small', { n: LEAST })
  for (const side of [SIDE, SIDE / 2]) {
    const canvas = drawn(picture, side)
    if (Math.min(canvas.width, canvas.height) < LEAST) return say('photograph.narrow')
    for (const quality of [0.88, 0.7, 0.5]) {
      const made = await written(canvas, quality)
      if (made && made.size <= BYTES) return made
    }
  }
  return say('photograph.unread')
}
