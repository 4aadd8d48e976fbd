// For tests and benches only: random queries and mentions over so few words that matches are common.
import type { MatchDocument } from './document.ts'

export type Random = () => number

/** Small seeded generator (mulberry32), so that a difference found can be found again. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
const WORDS = [
  'acme',
  'refund',
  'refunds',
  'zoo',
  'café',
  'cafe',
  'slow',
  'running',
  'run',
  'Straße',
  'häuser',
  'x1',
  'NASA',
  'nasa',
  'привет',
  'a',
  'b',
]
const SPECIAL = [
  '#acme',
  '@acme',
  '$acme',
  '#zoo',
  '👍',
  '👍🏽',
  '❤️',
  '❤',
  '東京',
  '#東京',
  "don't",
  'ไทย',
  'acme.example',
  'e\u0301te',
  '1️⃣',
  'C++',
  '...',
  '—',
]

export function randomText(random: Random, longest = 14): string {
  const words: string[] = []
  const count = Math.floor(random() * longest)
  for (let i = 0; i < count; i++) words.push(random() < 0.75 ? pick(random, WORDS) : pick(random, SPECIAL))
  return words.join(random() < 0.9 ? ' ' : ', ')
}

export function randomMention(random: Random): MatchDocument {
  return {
    text: randomText(random),
    ...(random() < 0.4 && { title: randomText(random, 6) }),
    ...(random() < 0.6 && { lang: pick(random, ['en', 'en-GB', 'de', 'fr', 'ja']) }),
    ...(random() < 0.5 && { source: pick(random, ['reddit', 'X']) }),
    ...(random() < 0.5 && { author: pick(random, ['@ada', 'Ada Example', 'bob']) }),
    ...(random() < 0.5 && { rating: Math.ceil(random() * 5) }),
  }
}

/** A legal query: something positive first, whatever follows. */
export function randomQuery(random: Random): string {
  const tail = random() < 0.6 ? ` ${pick(random, ['AND ', ''])}${anyNode(random, 2)}` : ''
  return random() < 0.25 ? `(${positive(random, 2)} OR ${positive(random, 2)})${tail}` : positive(random, 3) + tail
}

function positive(random: Random, depth: number): string {
  const roll = random()
  if (depth === 0 || roll < 0.4) return leaf(random)
  if (roll < 0.55) return `(${positive(random, depth - 1)} OR ${positive(random, depth - 1)})`
  if (roll < 0.7) return `(${positive(random, depth - 1)} ${anyNode(random, depth - 1)})`
  if (roll < 0.78) return `${pick(random, ['title', 'body'])}:(${positive(random, depth - 1)})`
  return `(${near(random, depth)})`
}

function anyNode(random: Random, depth: number): string {
  const roll = random()
  if (roll < 0.3) return `NOT ${atom(random, depth)}`
  if (roll < 0.4) return `-${atom(random, depth)}`
  if (roll < 0.55) return `(${positive(random, depth)} OR NOT ${atom(random, depth)})`
  return positive(random, depth)
}

function atom(random: Random, depth: number): string {
  return random() < 0.6 || depth === 0 ? leaf(random) : `(${anyNode(random, depth - 1)})`
}

function near(random: Random, depth: number): string {
  const side = (): string => {
    const roll = random()
    if (roll < 0.55 || depth === 0) return textLeaf(random)
    if (roll < 0.8) return `(${textLeaf(random)} OR ${textLeaf(random)})`
    return `(${near(random, depth - 1)})`
  }
  const chain = random() < 0.2 ? ` NEAR/${Math.floor(random() * 4)} ${side()}` : ''
  return `${side()} NEAR/${Math.floor(random() * 5)}${random() < 0.3 ? 'f' : ''} ${side()}${chain}`
}

function phrase(random: Random, most: number): string {
  const words = Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(random, WORDS))
  if (random() < 0.15) words.push(pick(random, SPECIAL.slice(0, 13)))
  return words.join(' ')
}

function textLeaf(random: Random): string {
  const roll = random()
  if (roll < 0.5) return pick(random, WORDS)
  if (roll < 0.62) return pick(random, SPECIAL.slice(0, 15))
  if (roll < 0.72)
    return pick(random, ['ac*', 'ru*', 'ref*', 'ca*', '#ac*', 'при*', 'ca?e', 'ru?', 'ref?nd', '@ac?e', '東京*'])
  if (roll < 0.84) return `"${phrase(random, 3)}"~${Math.floor(random() * 4)}`
  return `"${phrase(random, 3)}${random() < 0.1 ? ' ac*' : ''}"`
}

function leaf(random: Random): string {
  const roll = random()
  if (roll < 0.75) return textLeaf(random)
  if (roll < 0.8) return `case:"${phrase(random, 2)}"`
  if (roll < 0.84) return `raw:"${pick(random, ['C++', 'efun', 'acme re', 'é', 'a, b'])}"`
  if (roll < 0.86) return pick(random, ['regex:/ref.nd/', 'regex:/^acme/', 'regex:/nasa/i', 'regex:/\\bz(oo)+/'])
  return pick(random, [
    'lang:en',
    'lang:en-gb',
    'lang:de',
    'source:x',
    'source:Reddit',
    'author:ada',
    'author:"ada ex*"',
    'rating<=2',
    'rating:3',
    'rating:2..4',
    'rating>4.5',
  ])
}
