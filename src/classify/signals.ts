import {
  ASK,
  ASK_BANG,
  ASKS,
  BANG,
  BANGS,
  countOf,
  type Doc,
  DOTS,
  EMOJI,
  type Entry,
  NUMBER,
  URL,
  USER,
  WORD,
} from './features.ts'
import { IS_CAPS, IS_HASHTAG, IS_LONG } from './tokenise.ts'

/** Dense features: lexicon sums with negation and boosters, and counts of style. Squashed to about -1…1. */
export const SIGNALS = [
  'vader',
  'vader+',
  'vader-',
  'vader max',
  'vader min',
  'vader last',
  'vader first',
  'afinn',
  'afinn+',
  'afinn-',
  'pattern',
  'pattern+',
  'pattern-',
  'emoji',
  'emoji last',
  'negations',
  'bangs',
  'asks',
  'dots',
  'capitals',
  'long',
  'url',
  'user',
  'hashtags',
  'numbers',
  'length',
  'short',
  'after but',
  'user first',
  'lexicon hits',
] as const
export const SIGNAL_COUNT = SIGNALS.length

const squash = (value: number, soft = 15): number => value / Math.sqrt(value * value + soft)

export function readSignals(doc: Doc, out: Float32Array): void {
  let v = 0,
    vPos = 0,
    vNeg = 0,
    vMax = 0,
    vMin = 0,
    vLast = 0,
    vFirst = 0,
    a = 0,
    aPos = 0,
    aNeg = 0,
    p = 0,
    pPos = 0,
    pNeg = 0
  let emoji = 0,
    emojiLast = 0,
    negations = 0,
    caps = 0,
    long = 0,
    tags = 0
  let afterBut = 0,
    hits = 0,
    but = false
  const { count, entries, negated, tokens } = doc
  for (let i = 0; i < count; i++) {
    // Within the count there are entries and flags.
    const entry = entries[i] as Entry
    const flags = tokens.flags[i] as number
    if (entry.kind === WORD) {
      if (entry.isBut) but = true
      if (flags & IS_CAPS) caps++
      if (flags & IS_LONG) long++
      if (flags & IS_HASHTAG) tags++
      if (entry.isNegator) negations++
      const any = entry.vader || entry.afinn || entry.pattern
      if (any !== 0) {
        hits++
        const sign = negated[i] ? -0.74 : 1
        const before = i > 0 ? (entries[i - 1] as Entry).boost : 0
        const earlier = i > 1 ? (entries[i - 2] as Entry).boost : 0
        const boost = 1 + before + 0.9 * earlier * 0.5 + (flags & IS_CAPS ? 0.25 : 0)
        const x = entry.vader * sign * boost
        const y = entry.afinn * sign * boost
        const z = entry.pattern * sign * boost
        v += x
        if (x > 0) vPos += x
        else vNeg -= x
        if (x > vMax) vMax = x
        if (x < vMin) vMin = x
        if (x !== 0) {
          vLast = x
          if (vFirst === 0) vFirst = x
        }
        if (but) afterBut += x
        a += y
        if (y > 0) aPos += y
        else aNeg -= y
        p += z
        if (z > 0) pPos += z
        else pNeg -= z
      }
    } else if (entry.kind === EMOJI) {
      emoji += entry.emoji
      if (entry.emoji !== 0) emojiLast = entry.emoji
    }
  }
  const words = countOf(doc, WORD)
  const bangs = countOf(doc, BANG) + 2 * countOf(doc, BANGS) + countOf(doc, ASK_BANG)
  const asks = countOf(doc, ASK) + countOf(doc, ASKS) + countOf(doc, ASK_BANG)
  out[0] = squash(v)
  out[1] = squash(vPos)
  out[2] = squash(vNeg)
  out[3] = vMax / 4
  out[4] = vMin / 4
  out[5] = vLast / 4
  out[6] = vFirst / 4
  out[7] = squash(a)
  out[8] = squash(aPos)
  out[9] = squash(aNeg)
  out[10] = squash(p, 1)
  out[11] = squash(pPos, 1)
  out[12] = squash(pNeg, 1)
  out[13] = squash(emoji)
  out[14] = emojiLast / 4
  out[15] = Math.min(negations, 3) / 3
  out[16] = Math.min(bangs, 4) / 4
  out[17] = Math.min(asks, 3) / 3
  out[18] = Math.min(countOf(doc, DOTS), 2) / 2
  out[19] = words ? caps / words : 0
  out[20] = Math.min(long, 2) / 2
  out[21] = Math.min(countOf(doc, URL), 2) / 2
  out[22] = Math.min(countOf(doc, USER), 3) / 3
  out[23] = Math.min(tags, 4) / 4
  out[24] = Math.min(countOf(doc, NUMBER), 4) / 4
  out[25] = Math.log1p(words) / 5
  out[26] = words <= 3 ? 1 : 0
  out[27] = squash(afterBut)
  out[28] = count > 0 && entries[0]?.kind === USER ? 1 : 0
  out[29] = words ? hits / words : 0
}
