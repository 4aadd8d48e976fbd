import type { ReplyLimit } from './reply.ts'
import { findUrls } from './urlSpans.ts'

export interface ReplyCount {
  length: number
  max: number
  /** Not empty, not longer than `max`, nothing the platform refuses. */
  ok: boolean
}

/** Counts a reply as the platform will. Pure, and small enough for the browser: the composer and the server ask the same function. */
export function countReply(text: string, limit: ReplyLimit): ReplyCount {
  const length = measure(text, limit)
  const ok = text.trim() !== '' && length <= limit.max && !(limit.unit === 'x-weighted' && xInvalid.test(text))
  return { length, max: limit.max, ok }
}

/** The limit that leaves the least room, as the composer shows one figure (Bluesky has two limits). */
export function countTightest(text: string, limits: readonly ReplyLimit[]): ReplyCount | undefined {
  const counts = limits.map((limit) => countReply(text, limit))
  const [first] = counts.toSorted((a, b) => a.max - a.length - (b.max - b.length))
  return first && { ...first, ok: counts.every((count) => count.ok) }
}

function measure(text: string, limit: ReplyLimit): number {
  if (limit.unit === 'x-weighted') return countXWeighted(text)
  const counted = limit.urlLength === undefined ? text : shortenForMastodon(text, limit.urlLength)
  if (limit.unit === 'graphemes') return countGraphemes(counted)
  if (limit.unit === 'utf8-bytes') return new TextEncoder().encode(counted).length
  return [...counted].length
}

export function countGraphemes(text: string): number {
  // Most replies are plain ASCII, and the segmenter is slow; CR LF is one grapheme, so it takes the slow way.
  if (/^[\x20-\x7E\n]*$/.test(text)) return text.length
  let count = 0
  for (const _ of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) count += 1
  return count
}

/**
 * X: configuration v3 of twitter-text. 100 of 280 × 100 for the Latin ranges, 200 for everything else, an emoji
 * sequence is one unit of 200, a link 23 characters. Counted over NFC.
 */
export function countXWeighted(text: string): number {
  const normal = text.normalize('NFC')
  // Far beyond any limit: an exact figure helps nobody, and link detection is quadratic on a text without spaces.
  if (normal.length > longestExactCount) return [...normal].length
  let weight = 0
  let at = 0
  for (const url of findUrls(normal)) {
    weight += weighPlain(normal.slice(at, url.start)) + xUrlLength
    at = url.end
  }
  return weight + weighPlain(normal.slice(at))
}

const xUrlLength = 23
const longestExactCount = 20_000
const xInvalid = /[\uFFFE\uFEFF\uFFFF]/
const xEmoji = /\p{RGI_Emoji}|[0-9#*]\uFE0F?\u20E3/gv

function weighPlain(text: string): number {
  let weight = 0
  const rest = text.replace(xEmoji, () => {
    weight += 2
    return ''
  })
  for (const character of rest) weight += isLight(character.codePointAt(0) ?? 0) ? 1 : 2
  return weight
}

function isLight(code: number): boolean {
  return (
    code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247)
  )
}

/** Mastodon: a link counts as a fixed length (only with a scheme), `@user@host` as `@user`. */
function shortenForMastodon(text: string, urlLength: number): string {
  return text
    .replace(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?'()[\]]/giu, 'x'.repeat(urlLength))
    .replace(/(?<![\w/])@(\w[\w.-]*)@[\w.-]*\w/gu, '@$1')
}
