import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { createBacktest, type Backtest, type Difference, type Tally } from '../query/backtest.ts'
import type { Query } from '../query/ast.ts'
import type { MatchDocument } from '../query/document.ts'
import { parseQuery } from '../query/parse.ts'
import { advance, shareRead, startWalk } from '../store/history.ts'
import { documentOf } from '../store/matchDocument.ts'
import { count, UsageError, withRuntime, withUsage, writeLine } from './command.ts'
import { readJsonLines } from './lines.ts'

const usage = 'query backtest --old Q --new Q [--stdin] [--limit N] [--samples N] [--json] [--no-stem] [--no-fold]'
const dayMs = 86_400_000
const progressMs = 1_000

interface Ref {
  id: unknown
  source: string
  text: string
}

interface Arguments {
  old: Query
  next: Query
  stdin: boolean
  /** Only the newest of what is stored. */
  limit?: number | undefined
  samples: number
  json: boolean
}

/**
 * `earshot query backtest`: what a new query gains and loses against an old one, over everything stored or, with
 * --stdin, over JSON lines as `earshot match` reads them. Differences are printed as they are found, the counts last.
 */
export function backtest(
  config: () => Config,
  argv: string[],
  stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  return withUsage(usage, stderr, async () => {
    const given = readArguments(argv)
    if ('error' in given) {
      await writeLine(stdout, given)
      return 2
    }
    const test = createBacktest<Ref>(given.old, given.next, { samples: given.samples })
    const print = printerOf(test, stdout, given.json)
    const { read, broken } = given.stdin
      ? await takeLines(test, stdin, stdout, print)
      : await withRuntime(config(), ({ store }) => takeHistory(test, store.read, given, stderr, print))
    await print()
    await (given.json ? writeLine(stdout, summaryOf(test, read)) : writeSummary(test, read, stdout))
    return broken ? 1 : 0
  })
}

function readArguments(argv: string[]): Arguments | { query: string; error: string; position: number } {
  const { values } = parseArgs({
    args: argv,
    options: {
      old: { type: 'string' },
      new: { type: 'string' },
      stdin: { type: 'boolean', default: false },
      limit: { type: 'string' },
      samples: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      'no-stem': { type: 'boolean', default: false },
      'no-fold': { type: 'boolean', default: false },
    },
  })
  const parsed: Query[] = []
  for (const name of ['old', 'new'] as const) {
    const text = values[name]
    if (text === undefined) throw new UsageError(`--${name} is needed: the query in quotes.`)
    const result = parseQuery(text, { stem: !values['no-stem'], fold: !values['no-fold'] })
    if (!result.ok) return { query: name, error: result.error, position: result.position }
    parsed.push(result.query)
  }
  const [old, next] = parsed
  if (!old || !next) throw new UsageError('--old and --new are needed.')
  return {
    old,
    next,
    stdin: values.stdin,
    limit: values.limit === undefined ? undefined : wholeNumber('--limit', values.limit, 1),
    samples: wholeNumber('--samples', values.samples, 0),
    json: values.json,
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new UsageError(`${name} ${text}: a whole number from ${least} on is needed.`)
  return Number(text)
}

type Print = () => Promise<void>

async function takeHistory(
  test: Backtest<Ref>,
  reader: Parameters<typeof advance>[0],
  { old, next, limit }: Arguments,
  stderr: Writable,
  print: Print,
): Promise<{ read: number; broken: false }> {
  const walk = await startWalk(reader, [old, next], limit)
  let read = 0
  let told = performance.now()
  let more = true
  let found = 0
  const hasMore = () => test.gained.length + test.lost.length > found
  while (more) {
    found = test.gained.length + test.lost.length
    let isPause = false
    await advance(
      reader,
      walk,
      (rows) => {
        for (const row of rows) {
          const { mention, thread } = row
          const ref = { id: mention.id, source: thread.sourceId, text: mention.text }
          test.take(documentOf(row), mention.createdAt, thread.sourceId, ref)
        }
        read += rows.length
      },
      () => (isPause = hasMore() || performance.now() - told > progressMs),
    )
    more = isPause
    await print()
    if (!more || performance.now() - told < progressMs) continue
    told = performance.now()
    stderr.write(`${Math.floor(shareRead(walk) * 100)} % of the history…\n`)
  }
  return { read, broken: false }
}

async function takeLines(
  test: Backtest<Ref>,
  stdin: Readable,
  stdout: Writable,
  print: Print,
): Promise<{ read: number; broken: boolean }> {
  let read = 0
  let broken = false
  for await (const entry of readJsonLines(stdin)) {
    const value = 'error' in entry ? undefined : entry.value
    if (typeof value?.['text'] !== 'string') {
      broken = true
      await writeLine(stdout, { line: entry.line, error: 'error' in entry ? entry.error : 'A mention needs "text"' })
      continue
    }
    const source = typeof value['source'] === 'string' ? value['source'] : ''
    const document: MatchDocument = { ...value, text: value['text'] }
    test.take(document, timeOf(value), source, { id: value['id'], source, text: value['text'] })
    read++
    await print()
  }
  return { read, broken }
}

/** Mentions without a date are counted under the first day of 1970. */
function timeOf(value: Record<string, unknown>): number {
  const given = value['date'] ?? value['createdAt'] ?? value['postedAt']
  const at = typeof given === 'number' ? given : typeof given === 'string' ? Date.parse(given) : 0
  return Number.isFinite(at) ? at : 0
}

/** Prints the differences that came in since the last call. */
function printerOf(test: Backtest<Ref>, stdout: Writable, json: boolean): Print {
  const printed = { gained: 0, lost: 0 }
  return async () => {
    for (const change of ['gained', 'lost'] as const) {
      const list = test[change]
      for (; printed[change] < list.length; printed[change]++) {
        const one = list[printed[change]]
        if (one) await (json ? writeLine(stdout, lineOf(one)) : stdout.write(`${sentenceOf(one)}\n`))
      }
    }
  }
}

function lineOf({ change, ref, spans, failed, excluded }: Difference<Ref>) {
  return {
    change,
    id: ref.id,
    source: ref.source,
    text: ref.text,
    spans: spans.map(({ field, start, end, term }) => ({ field, start, end, term })),
    because: failed.map(({ term, reason }) => ({ term, reason })),
    ...(excluded.length > 0
      ? { excluded: excluded.map(({ field, start, end, term }) => ({ field, start, end, term })) }
      : {}),
  }
}

function sentenceOf({ change, ref, failed }: Difference<Ref>): string {
  const why = failed.map(({ term, reason }) => `${reason} ${term}`).join(', ')
  const text = ref.text.replaceAll(/\s+/g, ' ').slice(0, 100)
  return `${change === 'gained' ? '+' : '-'} ${text}${why === '' ? '' : `  [${change === 'gained' ? 'old' : 'new'}: ${why}]`}`
}

function summaryOf(test: Backtest<Ref>, read: number) {
  const days = [...test.days].sort(([a], [b]) => a - b)
  return {
    ...test.total,
    read,
    days: days.map(([day, tally]) => ({ day: new Date(day * dayMs).toISOString().slice(0, 10), ...tally })),
    sources: [...test.sources].map(([source, tally]) => ({ source, ...tally })),
  }
}

async function writeSummary(test: Backtest<Ref>, read: number, stdout: Writable): Promise<void> {
  const tell = ({ gained, lost, kept }: Tally) =>
    `gained ${gained.toLocaleString('en')}, lost ${lost.toLocaleString('en')}, kept ${kept.toLocaleString('en')}`
  stdout.write(`\n${tell(test.total)}; ${count(read, 'mention')} read one by one.\n`)
  for (const [source, tally] of test.sources) stdout.write(`  ${source || 'no source'}: ${tell(tally)}\n`)
}
