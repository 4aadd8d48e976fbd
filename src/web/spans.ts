import type { TextSpan } from '../../views/model.ts'

export interface Marked {
  start: number
  end: number
}

/** A remote text cut where a match or a link begins or ends. Joined again it is the same text. */
export function spansOf(text: string, marks: readonly Marked[] = [], withLinks = false): TextSpan[] {
  const links = withLinks ? webLinks(text) : []
  if (marks.length === 0 && links.length === 0) return [{ text }]
  const edges = new Set([0, text.length])
  for (const { start, end } of [...marks, ...links]) {
    edges.add(Math.min(Math.max(0, start), text.length))
    edges.add(Math.min(Math.max(0, end), text.length))
  }
  const at = [...edges].toSorted((a, b) => a - b)
  return at.slice(0, -1).map((start, index) => {
    const end = at[index + 1] ?? text.length
    const link = links.find((one) => one.start <= start && end <= one.end)
    const span: TextSpan = { text: text.slice(start, end) }
    if (marks.some((one) => one.start <= start && end <= one.end)) span.mark = true
    if (link) span.href = text.slice(link.start, link.end)
    return span
  })
}

/** Addresses with a scheme, without the punctuation that ends the sentence around them. */
function webLinks(text: string): Marked[] {
  return [...text.matchAll(/https?:\/\/[^\s<>"'`]+/gi)].flatMap((match) => {
    const url = match[0].replace(/[.,;:!?)\]}…]+$/u, '')
    return /^https?:\/\/[^/]/i.test(url) ? [{ start: match.index, end: match.index + url.length }] : []
  })
}
