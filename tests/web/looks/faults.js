// What is wrong with how a page lies there, as lines of text; a missing glyph is told by its character. SPDX-License-Identifier: Apache-2.0
({ touch, known }) => {
  const faults = []
  const round = (n) => Math.round(n)
  const called = (element) => {
    const name = typeof element.className === 'string' && element.className ? `.${element.className.trim().split(/\s+/).join('.')}` : ''
    return `<${element.tagName.toLowerCase()}${name}>`
  }
  const quote = (text) => `“${text.trim().replace(/\s+/g, ' ').slice(0, 24)}”`
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })
  const aside = (element) => { // for screen readers only: a clipped pixel
    for (let each = element; each; each = each.parentElement) {
      const box = each.getBoundingClientRect(), style = getComputedStyle(each)
      if (style.position === 'absolute' && box.width <= 1 && box.height <= 1) return true
      if (style.clipPath !== 'none' && box.width <= 1) return true
    }
    return false
  }
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.body.querySelectorAll('*')].filter((each) => seen(each) && each.getBoundingClientRect().right > root.clientWidth + 1)
    faults.push(`scrolls sideways by ${root.scrollWidth - root.clientWidth} px: ${wide.slice(0, 3).map(called).join(' ')}`)
  }

  // Every line of text that is shown, with what may cut it.
  const lines = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const shownCharacters = new Map()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement
    if (!node.data.trim() || !element || ['SCRIPT', 'STYLE', 'OPTION', 'NOSCRIPT', 'TITLE'].includes(element.tagName) || !seen(element) || aside(element)) continue
    for (const character of node.data) if (!known.includes(character) && !/[\s\p{Cc}\p{Cf}]/u.test(character)) shownCharacters.set(character, element)
    const range = document.createRange()
    range.selectNodeContents(node)
    const size = parseFloat(getComputedStyle(element).fontSize)
    for (const box of range.getClientRects()) {
      if (box.width < 2) continue
      const middle = (box.top + box.bottom) / 2
      lines.push({ element, text: node.data, left: box.left, right: box.right, top: middle - size * 0.45, bottom: middle + size * 0.45, size })
    }
  }

  // Cut by a box that does not scroll. An ellipsis is meant where the whole text can be had from a title.
  const scrolls = (value) => value === 'auto' || value === 'scroll'
  const told = new Set()
  const tell = (line) => { if (!told.has(line)) { told.add(line); faults.push(line) } }
  const clip = (line, frame) => Object.assign(line, { left: Math.max(line.left, frame.left), right: Math.min(line.right, frame.right), top: Math.max(line.top, frame.top), bottom: Math.min(line.bottom, frame.bottom) })
  for (const line of lines) {
    let box = { left: line.left, right: line.right, top: line.top, bottom: line.bottom }, hidden = false
    for (let each = line.element; each && each !== document.body && !hidden; each = each.parentElement) {
      const style = getComputedStyle(each)
      const acrossCuts = style.overflowX === 'hidden' || style.overflowX === 'clip', downCuts = style.overflowY === 'hidden' || style.overflowY === 'clip'
      const frame = each.getBoundingClientRect()
      if (scrolls(style.overflowX) || scrolls(style.overflowY)) {
        hidden = true // what lies beyond can be reached, and stands over nothing
        clip(line, frame)
      } else if (acrossCuts || downCuts) {
        const beyond = box.right <= frame.left || box.left >= frame.right || box.bottom <= frame.top + 1 || box.top >= frame.bottom - 1
        const across = acrossCuts && (box.right > frame.right + 1 || box.left < frame.left - 1)
        const down = downCuts && !beyond && (box.bottom > frame.bottom + 1 || box.top < frame.top - 1)
        const whole = each.closest('[title]') || each.querySelector('[title]')
        if (across && !(style.textOverflow === 'ellipsis' && whole)) tell(`cut across, without a title: ${quote(line.text)} in ${called(each)}`)
        if (down && !(style.webkitLineClamp !== 'none' && whole)) tell(`cut from below or above: ${quote(line.text)} in ${called(each)}`)
        if (across || down || beyond) hidden = true
        clip(line, frame)
      }
      if (style.position === 'fixed') break
    }
    line.gone = hidden && (line.right <= line.left || line.bottom <= line.top)
  }

  // Lines of other elements over one another; what floats or sticks is a layer of its own.
  const layerOf = (element) => {
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const { position, zIndex } = getComputedStyle(each)
      if (position === 'fixed' || position === 'sticky' || (position !== 'static' && zIndex !== 'auto' && Number(zIndex) > 0)) return each
    }
    return document.body
  }
  const inView = lines.filter((line) => !line.gone && line.bottom > 0 && line.top < innerHeight * 3).map((line) => ({ ...line, layer: layerOf(line.element) })).sort((a, b) => a.top - b.top)
  inView.forEach((line, n) => {
    for (let m = n + 1; m < inView.length && inView[m].top < line.bottom - 2; m += 1) {
      const other = inView[m]
      if (other.element === line.element || other.layer !== line.layer) continue
      if (Math.min(line.right, other.right) - Math.max(line.left, other.left) > 2) tell(`overlap: ${quote(line.text)} and ${quote(other.text)}`)
    }
  })

  // What a finger must hit.
  if (touch) {
    const targets = 'a[href], button, select, textarea, input:not([type=hidden]), [role=button], [role=tab], [role=switch], [role=checkbox], [role=radio], summary'
    for (const element of document.querySelectorAll(targets)) {
      if (!seen(element) || aside(element)) continue
      if (element.tagName === 'A' && element.closest('p') && getComputedStyle(element).display === 'inline') continue // within a sentence
      const box = (element.closest('label') ?? element).getBoundingClientRect()
      if (box.width < touch - 0.5 || box.height < touch - 0.5) {
        tell(`touch target of ${round(box.width)} × ${round(box.height)}, at least ${touch}: ${called(element)} ${quote(element.innerText || element.getAttribute('aria-label') || '')}`)
      }
    }
  }

  // A character without a glyph is drawn as one that no face has: U+0378 is not assigned.
  const canvas = new OffscreenCanvas(40, 40), pen = canvas.getContext('2d', { willReadFrequently: true })
  const drawn = (character, font) => {
    pen.clearRect(0, 0, 40, 40)
    pen.font = font
    pen.fillText(character, 4, 30)
    return pen.getImageData(0, 0, 40, 40).data.join()
  }
  const blanks = new Map(), fine = []
  for (const [character, element] of shownCharacters) {
    const font = `24px ${getComputedStyle(element).fontFamily}`
    if (!blanks.has(font)) blanks.set(font, drawn('\u0378', font))
    if (drawn(character, font) === blanks.get(font)) faults.push(`no glyph: ${character} U+${character.codePointAt(0).toString(16)}`)
    else fine.push(character)
  }
  return { faults, fine: fine.join('') }
}
