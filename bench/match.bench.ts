import { prepareDocument } from '../src/query/document.ts'
import { evaluate } from '../src/query/evaluate.ts'
import type { Query } from '../src/query/ast.ts'
import type { Matcher } from '../src/query/matcher.ts'
import { createMatcher } from '../src/query/matcher.ts'
import { parseQuery } from '../src/query/parse.ts'
import { seeded } from '../src/query/randomQueries.ts'
import { createTokenBuffer, scan } from '../src/text/tokenise.ts'

export interface Figure {
  name: string
  value: number
  unit: string
  against: string
  goal: string
  pass: boolean
  rounds: number
  spread: number
}

export const name = 'match'

const VOCABULARY = 30_000
const POSTS = 3_000

/** Words of a Zipf distribution: rank by inverse power, as in real text. Words are pronounceable and of growing length. */
function zipfWords(seed: number): { word: (rank: number) => string; draw: () => number } {
  const random = seeded(seed)
  const syllables = ['ba', 'co', 'di', 'fe', 'gu', 'ka', 'lo', 'mi', 'ne', 'po', 'ra', 'si', 'tu', 'va', 'we', 'zo']
  const word = (rank: number): string => {
    let text = ''
    for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / 16)) text += syllables[rest % 16]
    return text
  }
  const weights = Float64Array.from({ length: VOCABULARY }, (_, i) => 1 / (i + 2.7))
  const sums = weights.map(
    (
      (total) => (weight: number) =>
        (total += weight)
    )(0),
  )
  const total = sums.at(-1) ?? 1
  const draw = (): number => {
    const wanted = random() * total
    let low = 0
    let high = VOCABULARY - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
  return { word, draw }
}

/** Posts with a median of about 186 characters (performance.md). */
export function posts(count: number, seed: number): string[] {
  const { word, draw } = zipfWords(seed)
  const random = seeded(seed + 1)
  return Array.from({ length: count }, () => {
    const length = 12 + Math.floor(random() * 36)
    const words = Array.from({ length }, () => word(draw()))
    const first = words[0] ?? ''
    words[0] = first.charAt(0).toUpperCase() + first.slice(1)
    if (random() < 0.2) words.push(`#${word(draw())}`)
    if (random() < 0.2) words.unshift(`@${word(draw())}`)
    return `${words.join(' ')}.`
  })
}

/** The query mix of performance.md section 3. */
export function queryMix(count: number, seed: number): string[] {
  const { word } = zipfWords(seed)
  const random = seeded(seed + 2)
  const between = (low: number, high: number): string => word(low + Math.floor(random() * (high - low)))
  const brand = (): string => between(2_000, VOCABULARY)
  const topic = (): string => between(100, 3_000)
  const common = (): string => between(5, 200)
  return Array.from({ length: count }, (_, i) => {
    const kind = (i * 37) % 100
    if (kind < 30) return `(${brand()} OR ${brand()} OR ${brand()}) NOT (${topic()} OR ${topic()})`
    if (kind < 50) return `${brand()} ${topic()}`
    if (kind < 60) return `${brand()} lang:en`
    if (kind < 70) return `"${common()} ${common()}"`
    if (kind < 80) return `${topic()} NEAR/5 ${topic()}`
    if (kind < 88) return `${brand().slice(0, 6)}* ${topic()}`
    if (kind < 96) return Array.from({ length: 12 }, brand).join(' OR ')
    return `lang:en ${topic()} ${topic()}`
  })
}

/** CPU seconds, user and system, of one call. */
function cpu(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? Number.NaN
const spread = (list: readonly number[]): number => (Math.max(...list) - Math.min(...list)) / median(list)

function read(texts: readonly string[]): Query[] {
  return texts.map((text) => {
    const parsed = parseQuery(text)
    if (!parsed.ok) throw new Error(`${text}: ${parsed.error}`)
    return parsed.query
  })
}

function load(queries: readonly Query[]): Matcher {
  const matcher = createMatcher()
  queries.forEach((query, i) => matcher.add(`q${i}`, query))
  return matcher
}

/**
 * One regular expression per query that accepts the same posts: words between Unicode borders, letter case ignored,
 * AND as look-aheads, NOT as negative ones. Stemming and accents are left out, which favours the expressions.
 */
function asRegExps(texts: readonly string[]): RegExp[] {
  return texts.map((text) => new RegExp(`^${conjuncts(text).map(lookAhead).join('')}`, 'isu'))
}

const BORDER = { before: '(?<![\\p{L}\\p{N}_])', after: '(?![\\p{L}\\p{N}_])' }

function conjuncts(text: string): string[] {
  const near = /^(\w+) NEAR\/5 (\w+)$/.exec(text)
  if (near !== null) return [text]
  if (text.startsWith('"') || / OR /.test(text.replace(/\([^)]*\)/g, ''))) return [text]
  return text.match(/(?:NOT )?(?:\([^)]*\)|[^\s()]+)/g)?.filter((part) => !part.includes(':')) ?? []
}

function lookAhead(part: string): string {
  const near = /^(\w+) NEAR\/5 (\w+)$/.exec(part)
  if (near !== null) {
    const [, a = '', b = ''] = near
    const gap = '[^\\p{L}\\p{N}_]+(?:[\\p{L}\\p{N}_]+[^\\p{L}\\p{N}_]+){0,5}'
    return `(?=.*${BORDER.before}(?:${a}${gap}${b}|${b}${gap}${a})${BORDER.after})`
  }
  const isNot = part.startsWith('NOT ')
  const words = part.replace(/^NOT /, '').replace(/[()"]/g, '').split(' OR ')
  const body = words
    .map((found) => found.replaceAll(' ', '[^\\p{L}\\p{N}_]+').replace('*', '[\\p{L}\\p{N}_]*'))
    .join('|')
  return `(?${isNot ? '!' : '='}.*${BORDER.before}(?:${body})${BORDER.after})`
}

interface Side {
  name: string
  posts: number
  run: () => void
}

/** Post rates of several sides, interleaved: every round runs each of them once. */
function measure(sides: readonly Side[], rounds: number): Map<string, number[]> {
  const rates = new Map<string, number[]>(sides.map((side) => [side.name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const side of sides) {
      const seconds = cpu(side.run)
      if (round >= 0) rates.get(side.name)?.push(side.posts / seconds) // the first round only warms up
    }
  }
  return rates
}

function ratio(rates: Map<string, number[]>, of: string, against: string): number[] {
  const base = rates.get(against) ?? []
  return (rates.get(of) ?? []).map((rate, i) => rate / (base[i] ?? Number.NaN))
}

export async function run(ctx: { rounds: number; full: boolean }): Promise<Figure[]> {
  const rounds = Math.max(5, ctx.rounds)
  const texts = posts(POSTS, 11)
  const documents = texts.map((text) => ({ text, lang: 'en' }))
  const mix1k = queryMix(1_000, 11)
  const mix10k = queryMix(10_000, 11)
  const parsed1k = read(mix1k)
  const parsed10k = read(mix10k)
  const one = load(parsed1k)
  const ten = load(parsed10k)
  for (const matcher of [one, ten]) {
    for (const document of documents) matcher.match(document)
    matcher.replan()
  }
  const expressions = asRegExps(mix1k)
  const buffer = createTokenBuffer()
  const few = documents.slice(0, ctx.full ? 300 : 60)
  const fewer = texts.slice(0, ctx.full ? 100 : 30)
  let sink = 0
  const sides: Side[] = [
    {
      name: 'tokenise',
      posts: POSTS * 4,
      run: () => {
        for (let i = 0; i < 4; i++)
          for (const text of texts) {
            scan(text, buffer)
            sink += buffer.count
          }
      },
    },
    {
      name: 'match1k',
      posts: POSTS * 4,
      run: () => {
        for (let i = 0; i < 4; i++) for (const document of documents) sink += one.match(document).length
      },
    },
    {
      name: 'match10k',
      posts: POSTS,
      run: () => {
        for (const document of documents) sink += ten.match(document).length
      },
    },
    {
      name: 'ast1k',
      posts: few.length,
      run: () => {
        for (const document of few) {
          const prepared = prepareDocument(document)
          for (const query of parsed1k) if (evaluate(query, prepared)) sink++
        }
      },
    },
    {
      name: 'regexp1k',
      posts: fewer.length,
      run: () => {
        for (const text of fewer) for (const expression of expressions) if (expression.test(text)) sink++
      },
    },
  ]
  const rates = measure(sides, rounds)
  if (sink < 0) throw new Error('unreachable')
  const figure = (
    label: string,
    values: number[],
    unit: string,
    against: string,
    goal: string,
    pass: boolean,
  ): Figure => ({
    name: label,
    value: Number(median(values).toPrecision(4)),
    unit,
    against,
    goal,
    pass,
    rounds: values.length,
    spread: Number(spread(values).toFixed(3)),
  })
  const atLeast = (label: string, of: string, against: string, least: number): Figure => {
    const values = ratio(rates, of, against)
    return figure(label, values, 'ratio', against, `>= ${least}`, median(values) >= least)
  }
  const slower = ratio(rates, 'match1k', 'match10k')
  const bytes = bytesPerQuery(parsed10k)
  const adds = addTimes(ten, mix10k, rounds)
  const long = longTimes(one, rounds)
  const hostile = hostileTimes(rounds)
  return [
    atLeast('match 1,000 queries', 'match1k', 'tokenise', 0.35),
    atLeast('match 1,000 queries against one RegExp each', 'match1k', 'regexp1k', 400),
    atLeast('match 1,000 queries against AST scan', 'match1k', 'ast1k', 40),
    atLeast('match 10,000 queries', 'match10k', 'tokenise', 0.06),
    figure('slow-down from 1,000 to 10,000 queries', slower, 'ratio', 'match 1,000', '<= 5', median(slower) <= 5),
    figure('memory per query at 10,000', bytes, 'bytes', 'heap before', '<= 2500', median(bytes) <= 2500),
    figure('add one query to 10,000', adds, 'ms', 'CPU', '< 5', median(adds) < 5),
    figure('one text of 1 MB, 1,000 queries', long, 'ms', 'CPU', '< 200', median(long) < 200),
    ...hostile.map(([label, times]) => figure(label, times, 'ms', 'CPU, worst text', '< 50', median(times) < 50)),
  ]
}

/** Text of a million characters, no two runs the same. */
function longTimes(matcher: Matcher, rounds: number): number[] {
  return Array.from({ length: rounds }, (_, i) => {
    const text = posts(6_000, 500 + i)
      .join(' ')
      .slice(0, 1_000_000)
    return cpu(() => matcher.match({ text, lang: 'en' })) * 1000
  })
}

/** Queries that are as long, as wide or as deep as one may be, or made to take for ever. */
const hostileQueries: Record<string, () => string[]> = {
  'query of 10,000 characters': () => [
    `"${zipfText(10_000)}"`,
    zipfText(9_900).replaceAll(' ', ' OR '),
    `${'x'.repeat(9_999)}*`,
  ],
  'query of 1,000 terms': () => [
    Array.from({ length: 1_000 }, (_, i) => `t${i}`).join(' OR '),
    Array.from({ length: 1_000 }, (_, i) => `t${i}`).join(' '),
    Array.from({ length: 50 }, () => 'a').join(' NEAR/20 '),
  ],
  'query of 50 nested groups': () => [
    `${'('.repeat(50)}a${')'.repeat(50)}`,
    `${'(a NEAR/9 ('.repeat(20)}a${'))'.repeat(20)}`,
    `b ${'NOT (a OR '.repeat(25)}c${')'.repeat(25)}`,
  ],
  'hostile regular expression': () => [
    'regex:/(a+)+$/',
    'regex:/(a|aa)+b/',
    'regex:/(.*a){20}b/',
    'regex:/(((a{1000}){1000}){1000})/',
    'regex:/(a?){500}a{500}/',
    'regex:/([a-z]+)*[0-9]/ a*',
  ],
}
const zipfText = (length: number): string =>
  posts(200, 31)
    .join(' ')
    .replaceAll(/[^a-z ]/g, '')
    .slice(0, length)
    .trim()

/** Reading (or refusing) the slowest query of each kind and matching it with the worst text of 10,000 characters. */
function hostileTimes(rounds: number): [label: string, times: number[]][] {
  const texts = [`${'a'.repeat(9_998)} !`, `${'a '.repeat(5_000)}!`, zipfText(10_000)]
  return Object.entries(hostileQueries).map(([label, queries]) => {
    const once = (query: string, text: string): number =>
      cpu(() => {
        const parsed = parseQuery(query)
        if (!parsed.ok) return
        const matcher = createMatcher()
        matcher.add('q', parsed.query)
        matcher.match({ text, lang: 'en' })
      })
    const slowest = (): number => Math.max(...queries().flatMap((query) => texts.map((text) => once(query, text))))
    return [label, Array.from({ length: rounds }, () => slowest() * 1000)]
  })
}

/** Heap that 10,000 queries take, the parsed trees not counted: the matcher does not keep them. */
function bytesPerQuery(queries: readonly Query[]): number[] {
  const collect = globalThis.gc
  if (collect === undefined) return [heapBy(queries, () => {})]
  return Array.from({ length: 3 }, () => heapBy(queries, () => collect()))
}

function heapBy(queries: readonly Query[], collect: () => void): number {
  collect()
  const before = memoryNow()
  const matcher = load(queries)
  matcher.match({ text: 'one text', lang: 'en' })
  collect()
  const after = memoryNow()
  return (after - before) / matcher.size
}

function memoryNow(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Time to add one query and to match the next post, which looks its words up anew. */
function addTimes(matcher: Matcher, mix: readonly string[], rounds: number): number[] {
  const [text = ''] = posts(1, 99)
  return Array.from({ length: rounds * 4 }, (_, i) => {
    const [query] = read([`${mix[i] ?? 'x'} newword${i}`])
    const seconds = cpu(() => {
      if (query !== undefined) matcher.add(`added${i}`, query)
      matcher.match({ text, lang: 'en' })
    })
    matcher.remove(`added${i}`)
    return seconds * 1000
  })
}
