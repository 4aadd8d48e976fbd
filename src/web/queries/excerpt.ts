import type { TextSpan } from '../../../views/model.ts'
import { spansOf, type Marked } from '../spans.ts'

const before = 60
const longest = 240

/** A stretch of the text that shows its first mark; offsets are UTF-16 units. Never cuts a character in two. */
export function excerptOf(text: string, marks: readonly Marked[]): TextSpan[] {
  const first = Math.min(...marks.map((mark) => mark.start), text.length)
  const from = marks.length === 0 || first <= before ? 0 : startOfWord(text, first - before)
  const to = wholeCharacter(text, Math.min(text.length, from + longest))
  const inside = marks
    .filter((mark) => mark.start < to && mark.end > from)
    .map((mark) => ({ start: Math.max(0, mark.start - from), end: Math.min(to, mark.end) - from }))
  const spans = spansOf(text.slice(from, to), inside)
  return [...(from > 0 ? [{ text: '… ' }] : []), ...spans, ...(to < text.length ? [{ text: ' …' }] : [])]
}

/** The next blank within twenty characters, else this place. */
function startOfWord(text: string, at: number): number {
  const blank = text.slice(at, at + 20).search(/\s/u)
  return wholeCharacter(text, blank < 0 ? at : at + blank + 1)
}

function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
