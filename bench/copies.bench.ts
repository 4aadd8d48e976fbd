import { makeRandom, readSplit } from '../src/classify/train/data.ts'
import { copyKeys, isCopy, keepWords, nearWords, readWords, similarity } from '../src/text/copies.ts'
import { sharedPath } from '../test/helpers/shared.ts'
import { atMost, cpuSeconds, type BenchContext, type Figure } from './measure.ts'

export const name = 'copies'

/**
 * How well copies are found: real texts (the training material beside the checkout), each changed as copies are in the
 * wild by a seeded generator, and the ways in which two texts share much and are no copies. Prints the whole table
 * with `--table`; needs no truth but its own changes.
 */
export async function run({ rounds }: BenchContext): Promise<Figure[]> {
  const texts = readTexts()
  const random = makeRandom(20)
  const figures: Figure[] = []
  const all = { found: 0, wrong: 0, pairs: 0, others: 0 }
  const table: string[] = []
  for (const [kind, change] of Object.entries(copies)) {
    const pairs = texts.map((text, i): [string, string] => [text, change(text, random, otherOf(texts, i))])
    const found = pairs.filter(([a, b]) => isFound(a, b)).length
    all.found += found
    all.pairs += pairs.length
    table.push(row(kind, pairs, found))
  }
  for (const [kind, change] of Object.entries(notCopies)) {
    const pairs = texts.map((text, i): [string, string] => [text, change(text, random, otherOf(texts, i))])
    const wrong = pairs.filter(([a, b]) => isFound(a, b)).length
    all.wrong += wrong
    all.others += pairs.length
    table.push(row(kind, pairs, wrong))
  }
  if (process.argv.includes('--table')) process.stdout.write(`${table.join('\n')}\n`)
  const atLeast = (label: string, value: number, goal: number, against: string): Figure => ({
    name: label,
    value,
    unit: 'share',
    against,
    goal: `>= ${goal}`,
    pass: value >= goal,
    rounds: 1,
    spread: 0,
  })
  figures.push(atLeast('copies found (recall)', all.found / all.pairs, 0.95, `${all.pairs} changed copies`))
  figures.push(
    atLeast(
      'precision, as many others as copies',
      all.found / (all.found + all.wrong),
      0.98,
      `${all.others} pairs that share words`,
    ),
  )
  const unrelated = foundAmong(texts)
  figures.push({
    name: 'pairs joined among different texts',
    value: unrelated.joined,
    unit: 'pairs',
    against: `${texts.length} real texts`,
    goal: `<= ${Math.round(texts.length / 500)}`,
    pass: unrelated.joined <= texts.length / 500,
    rounds: 1,
    spread: 0,
  })
  if (process.argv.includes('--table'))
    for (const [a, b] of unrelated.pairs.slice(0, 20))
      process.stdout.write(`\n  ${a.slice(0, 150)}\n  ${b.slice(0, 150)}\n`)
  figures.push(atMost('signature of one text', await timePerText(texts, rounds), 5, 'CPU time', 'µs'))
  return figures
}

function readTexts(): string[] {
  const folder = sharedPath('data/classification')
  if (!folder) throw new Error('The real texts are not here: lay the training data beside the checkout.')
  const kept = new Set<string>()
  const texts: string[] = []
  for (const set of ['semeval2017-4a', 'playstore-top20', 'complaints', 'umsab-german', 'umsab-french'])
    for (const { text } of readSplit(folder, set, 'dev')) {
      const { count, hash } = readWords(null, text)
      const key = hash.slice(0, count).join(' ')
      if (count < nearWords || kept.has(key)) continue
      kept.add(key)
      texts.push(text)
      if (texts.length % 3000 === 0) break
    }
  return texts
}

/** Words of other texts, more than any one of them has. */
function otherOf(texts: readonly string[], i: number): string {
  return Array.from({ length: 12 }, (_, n) => texts[(i + 7 + 31 * n) % texts.length]).join(' ')
}

function isFound(a: string, b: string): boolean {
  const [first, second] = [keepWords(null, a), keepWords(null, b)]
  const keys = new Set(copyKeys(first, undefined))
  return copyKeys(second, undefined).some((key) => keys.has(key)) && isCopy(first, second)
}

function row(kind: string, pairs: [string, string][], found: number): string {
  const shares = pairs.map(([a, b]) => similarity(keepWords(null, a), keepWords(null, b)))
  const at = (threshold: number) => (shares.filter((share) => share >= threshold).length / shares.length).toFixed(3)
  const over = [0.4, 0.5, 0.55, 0.6, 0.7, 0.8].map((threshold) => `>=${threshold} ${at(threshold)}`)
  return `${kind.padEnd(34)} joined ${(found / pairs.length).toFixed(3)}   similarity ${over.join('  ')}`
}

/** Different texts that share a key and are similar enough: what would be folded in real life. */
function foundAmong(texts: readonly string[]): { joined: number; pairs: [string, string][] } {
  const first = new Map<number, string>()
  const pairs: [string, string][] = []
  for (const text of texts) {
    const words = keepWords(null, text)
    for (const key of copyKeys(words, undefined)) {
      const other = first.get(key)
      if (other === undefined) first.set(key, text)
      else if (other !== text && isCopy(keepWords(null, other), words)) {
        pairs.push([other, text])
        break
      }
    }
  }
  return { joined: pairs.length, pairs }
}

async function timePerText(texts: readonly string[], rounds: number): Promise<number[]> {
  const short = texts.filter((text) => text.length < 300)
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const seconds = await cpuSeconds(() => {
      for (const text of short) copyKeys(readWords(null, text), undefined)
    })
    if (round > 0) times.push((seconds / short.length) * 1e6)
  }
  return times
}

type Change = (text: string, random: () => number, other: string) => string

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean)
const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T
const noise = ['today', 'really', 'shop', 'update', 'again', 'summer', 'phone', 'people', 'nothing', 'house']

function replaceWords(text: string, count: number, random: () => number): string {
  const words = wordsOf(text)
  for (let n = 0; n < count; n++) words[Math.floor(random() * words.length)] = `${pick(noise, random)}x`
  return words.join(' ')
}

/** As many words as `like` has, and ten at least. */
function ownWordsOf(other: string, like: string): string {
  const words = wordsOf(other)
  const count = Math.max(10, wordsOf(like).length)
  return Array.from({ length: count }, (_, i) => words[i % words.length]).join(' ')
}

const copies: Record<string, Change> = {
  'RT @name: before it': (text) => `RT @some_one: ${text}`,
  'another address behind it': (text, random) => `${text} https://t.co/${random().toString(36).slice(2, 9)}`,
  'hashtags behind it': (text, random) => `${text} #${pick(noise, random)} #news`,
  'a byline behind it': (text) => `${text} — via @newswire`,
  'other case, quotes and blanks': (text) => `“${text.toUpperCase().replaceAll(' ', '  ')}”`,
  'cut off at 85 %': (text) => `${text.slice(0, Math.ceil(text.length * 0.85))}…`,
  'one word in 20 changed': (text, random) =>
    replaceWords(text, Math.max(1, Math.round(wordsOf(text).length / 20)), random),
}

const notCopies: Record<string, Change> = {
  'quoted under as many own words': (text, _, other) => `${ownWordsOf(other, text)} “${text}”`,
  'quoted under half as many own words': (text, _, other) =>
    `${ownWordsOf(other, text.slice(text.length / 2))} “${text}”`,
  'the first half the same': (text, _, other) =>
    `${wordsOf(text)
      .slice(0, wordsOf(text).length / 2)
      .join(' ')} ${wordsOf(other)
      .slice(0, wordsOf(text).length / 2)
      .join(' ')}`,
  'a form with every fourth word filled': (text, random) =>
    wordsOf(text)
      .map((word, i) => (i % 4 === 1 ? `${pick(noise, random)}${Math.floor(random() * 99)}` : word))
      .join(' '),
  'the same words in another order': (text, random) =>
    wordsOf(text)
      .map((word) => ({ word, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ word }) => word)
      .join(' '),
  'another text': (_, __, other) => other,
}
