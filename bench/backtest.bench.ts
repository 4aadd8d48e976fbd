import { sql } from 'drizzle-orm'
import { createBacktest } from '../src/query/backtest.ts'
import { parseQuery } from '../src/query/parse.ts'
import { advance, startWalk } from '../src/store/history.ts'
import { documentOf } from '../src/store/matchDocument.ts'
import type { SeqTable, Store, Tx } from '../src/store/store.ts'
import { searchTokens } from '../src/text/searchTokens.ts'
import { queryMix } from './match.bench.ts'
import { atMost, type BenchContext, type Figure } from './measure.ts'
import { freshStore, incoming, newId, now, source } from './world.ts'

export const name = 'backtest'

/**
 * A changed query against the one before over 100 k stored mentions (1 M with --full): wall time until the first
 * difference is there, CPU time of the whole and of the longest stretch in which nothing else could run. Once where
 * the full-text index narrows the walk and once where it cannot, so that every mention is read.
 */
export async function run({ full }: BenchContext): Promise<Figure[]> {
  const count = full ? 1_000_000 : 100_000
  const world = await freshStore()
  if (!(await isFilled(world.store, count))) {
    await fill(world.store, count)
    await world.store.optimise()
  }
  const [one, two] = queryMix(100, 5).filter((text) => /^\S+ \S+$/.test(text))
  const [brand, topic] = one?.split(' ') ?? []
  const [other, rare] = two?.split(' ') ?? []
  const cases = [
    { what: 'by the index', old: `${brand} OR ${other}`, next: `${brand} OR ${rare}` },
    { what: 'reading all', old: `likes>=40 NOT ${rare}`, next: `likes>=40 NOT ${topic}` },
  ]
  const figures: Figure[] = []
  const of = `${count.toLocaleString('en')} mentions`
  for (const { what, old, next } of cases) {
    // The first round warms the page cache and the compiler, as in a server that runs.
    const rounds = []
    for (let round = 0; round < 4; round++) rounds.push(await measure(world.store, old, next))
    const [, ...kept] = rounds
    const tell = ({ first, total, cpu, longest, read }: Measured) =>
      `first difference ${first.toFixed(0)} ms, all ${total.toFixed(0)} ms (CPU ${cpu.toFixed(0)} ms), longest slice ${longest.toFixed(1)} ms, ${read} read`
    if (process.env['BENCH_DETAIL'])
      for (const one of rounds) process.stderr.write(`${what}: ${tell(one)} (${one.counts})\n`)
    const values = (pick: (one: Measured) => number) => kept.map(pick)
    figures.push(
      atMost(
        `back-test first result, ${what}`,
        values((one) => one.first),
        1_000,
        `wall time, ${of}`,
        'ms',
      ),
      atMost(
        `back-test whole, ${what}`,
        values((one) => one.cpu),
        full ? 25_000 : 3_000,
        `CPU time, ${of}`,
        'ms',
      ),
      atMost(
        `back-test longest slice, ${what}`,
        values((one) => one.longest),
        25,
        `CPU time, ${of}`,
        'ms',
      ),
    )
  }
  await world.close()
  return figures
}

async function isFilled({ read }: Store, count: number): Promise<boolean> {
  const [row] = await read.db.select({ n: sql<number>`count(*)`.mapWith(Number) }).from(read.t.mentions)
  return (row?.n ?? 0) >= count
}

interface Measured {
  first: number
  total: number
  /** CPU time of the whole, ms. */
  cpu: number
  longest: number
  read: number
  counts: string
}

async function measure(store: Store, old: string, next: string): Promise<Measured> {
  const started = performance.now()
  const before = process.cpuUsage()
  const queries = [old, next].map((text) => {
    const parsed = parseQuery(text)
    if (!parsed.ok) throw new Error(parsed.error)
    return parsed.query
  })
  const [a, b] = queries
  if (!a || !b) throw new Error('two queries are compared')
  const test = createBacktest<number>(a, b, { samples: 20 })
  let [first, longest, read] = [Number.NaN, 0, 0]
  let slice = process.cpuUsage()
  const walk = await startWalk(store.read, queries)
  await advance(
    store.read,
    walk,
    (rows) => {
      for (const row of rows) test.take(documentOf(row), row.mention.createdAt, row.thread.sourceId, row.mention.seq)
      read += rows.length
      if (Number.isNaN(first) && test.gained.length + test.lost.length > 0) first = performance.now() - started
    },
    () => {
      const { user, system } = process.cpuUsage(slice)
      longest = Math.max(longest, (user + system) / 1000)
      // The rest of the slice belongs to others.
      setImmediate(() => (slice = process.cpuUsage()))
      return false
    },
  )
  const { user, system } = process.cpuUsage(before)
  const counts = JSON.stringify(test.total)
  return { first, total: performance.now() - started, cpu: (user + system) / 1000, longest, read, counts }
}

/**
 * Authors, threads, mentions and index rows as ingest and enrichment leave them. Written directly: events, clocks and
 * judgements take ten times as long, and a back-test reads none of them.
 */
async function fill(store: Store, count: number): Promise<void> {
  const chunk = 1000
  for (let from = 0; from < count; from += chunk) {
    const items = incoming(chunk, 20_000 + from / chunk)
    const at = (i: number) => now - (count - from - i) * minuteMs
    await store.write(async (tx) => {
      const platform = 'bench'
      const authors = await insertNumbered(
        tx,
        'bench author',
        'authors',
        items.map(({ author: { externalId, handle, name } }, i) => {
          const own = { externalId: `${from + i} ${externalId}`, handle, handleKey: handle, name: name ?? null }
          return { platform, ...own, firstSeenAt: at(i), updatedAt: at(i) }
        }),
      )
      const threads = await insertNumbered(
        tx,
        'bench thread',
        'threads',
        items.map(({ externalId }, i) => {
          const place = {
            id: newId(),
            platform,
            rootExternalId: externalId,
            authorSeq: authors[i],
            sourceId: source.id,
          }
          return { ...place, state: 'new', lastInboundAt: at(i), createdAt: at(i), kind: 'post' }
        }),
      )
      const seqs = await insertNumbered(
        tx,
        'bench mention',
        'mentions',
        items.map(({ externalId, text, url, metrics, lang }, i) => {
          const key = { id: newId(), platform, externalId, rootExternalId: externalId, url: url ?? null, kind: 'post' }
          const refs = { threadSeq: threads[i], authorSeq: authors[i], contentHash: externalId }
          const times = { createdAt: at(i), ingestedAt: at(i), enrichedAt: at(i) }
          return { ...key, ...refs, ...times, text, metrics, lang, langDeclared: lang ?? null, sentiment: 'neutral' }
        }),
      )
      await tx.addSearch(seqs.map((seq, i) => ({ seq, tokens: searchTokens(items[i]?.text ?? '', 'en') })))
    })
  }
}

async function insertNumbered(
  tx: Tx,
  name: string,
  table: SeqTable,
  rows: Record<string, unknown>[],
): Promise<number[]> {
  const seqs = await tx.reserveSeqs(table, rows.length)
  await tx.insert(
    name,
    table,
    rows.map((row, i) => ({ ...row, seq: seqs[i] })),
  )
  return seqs
}

const minuteMs = 60_000
