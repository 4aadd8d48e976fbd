import { findUrls } from '../domain/urlSpans.ts'
import type { TextSpan } from '../../views/model.ts'

export interface Marked {
  start: number
  end: number
}

/** Link detection is quadratic on hostile texts without spaces; nobody reads a link after this much. */
const longestLinked = 20_000

/** A remote text cut where a match or a link begins or ends. Joined again it is the same text. */
export function spansOf(text: string, marks: readonly Marked[] = [], withLinks = false): TextSpan[] {
  const links = withLinks && text.length <= longestLinked ? webLinks(text) : []
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

function webLinks(text: string): Marked[] {
  return findUrls(text).filter(({ start, end }) => /^https?:\/\//i.test(text.slice(start, end)))
}
