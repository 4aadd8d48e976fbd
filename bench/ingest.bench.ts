import Database from 'better-sqlite3'
import { isNull } from 'drizzle-orm'
import { join } from 'node:path'
import { createClassifier } from '../src/classify/classifier.ts'
import { loadArtefacts } from '../src/classify/load.ts'
import type { IncomingMention } from '../src/domain/mention.ts'
import { silentLog } from '../src/log.ts'
import type { Store } from '../src/store/store.ts'
import type { WorkContext } from '../src/work/context.ts'
import { createExaminer } from '../src/work/examine.ts'
import { storePage } from '../src/work/poll.ts'
import { queryMix } from './match.bench.ts'
import { atLeast, cpuSeconds, type BenchContext, type Figure } from './measure.ts'
import { freshStore, incoming, newId, now, source } from './world.ts'

export const name = 'ingest'

const batch = 100
const rows = 3_000

/**
 * Full ingest as a poll does it (dedupe, authors, threads, events, clocks, classification with all heads, matching with traces, index,
 * links, touchpoints, roll-ups) against one bare table with the same posts: synchronous FULL, batches of 100, CPU time,
 * interleaved rounds.
 */
export async function run({ rounds, full }: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [queries, goal] of [[0, 0.05], [1_000, 0.06], ...(full ? [[10_000, 0.03]] : [])] as [number, number][])
    figures.push(...(await runWith(queries, goal, rounds)))
  return figures
}

async function runWith(queries: number, goal: number, rounds: number): Promise<Figure[]> {
  const world = await freshStore()
  const bare = openBare(join(world.folder, 'bare.db'))
  await addQueries(world.store, queries)
  const context = workContext(world.store)
  // The first pages load the models, compile every statement and warm the machine up.
  let earlier = incoming(rows, 901)
  for (const items of [incoming(rows, 900), earlier]) {
    insertBare(bare, items)
    await ingestAll(context, items)
  }
  const once = async (items: IncomingMention[]): Promise<number> => {
    const bareSeconds = await cpuSeconds(() => insertBare(bare, items))
    const ours = await cpuSeconds(() => ingestAll(context, items))
    if (process.env['BENCH_DETAIL']) detail(queries, bareSeconds, ours)
    return bareSeconds / ours
  }
  const [ratios, overlapping]: [number[], number[]] = [[], []]
  for (let round = 1; round <= rounds; round++) {
    const items = incoming(rows, 1000 + round)
    ratios.push(await once(items))
    // Polls overlap: of ten posts that a page brings, three are known.
    const again = earlier
    overlapping.push(
      await once(incoming(rows, 2000 + round).map((item, i) => (i % 10 < 3 ? (again[i] ?? item) : item))),
    )
    earlier = items
  }
  bare.close()
  await assertJudged(world.store)
  await world.close()
  return [
    atLeast(`full ingest, ${queries} queries`, ratios, goal, 'bare SQLite insert of the same rows'),
    atLeast(`the same, 30 % of them known`, overlapping, goal, 'bare SQLite insert of the same rows'),
  ]
}

/** Microseconds a row, to standard error. */
function detail(queries: number, bare: number, ours: number): void {
  const micro = (seconds: number) => ((seconds / rows) * 1e6).toFixed(1)
  const parts = Object.entries(spent).map(([part, seconds]) => `${part} ${micro(seconds)}`)
  process.stderr.write(`${queries} queries: bare ${micro(bare)} us, ours ${micro(ours)} us (${parts.join(', ')})\n`)
  for (const part of Object.keys(spent)) spent[part] = 0
}
const spent: Record<string, number> = {}
async function timed<T>(part: string, work: () => Promise<T>): Promise<T> {
  let result: T | undefined
  spent[part] = (spent[part] ?? 0) + (await cpuSeconds(async () => (result = await work())))
  return result as T
}

function openBare(file: string): Database.Database {
  const db = new Database(file)
  db.pragma('journal_mode = wal')
  db.pragma('synchronous = full')
  db.exec(
    'create table posts (id integer primary key, ext text not null unique, author text, url text, text text not null, created_at integer not null)',
  )
  return db
}

function insertBare(db: Database.Database, items: IncomingMention[]): void {
  const insert = db.prepare(
    'insert into posts (ext, author, url, text, created_at) values (?, ?, ?, ?, ?) on conflict do nothing',
  )
  for (let from = 0; from < items.length; from += batch) {
    db.transaction(() => {
      for (const item of items.slice(from, from + batch))
        insert.run(item.externalId, item.author.handle, item.url, item.text, item.createdAt)
    }).immediate()
  }
}

async function ingestAll(context: WorkContext, items: IncomingMention[]): Promise<void> {
  for (let from = 0; from < items.length; from += batch) {
    const page = { items: items.slice(from, from + batch), cursor: from }
    await storePage(context, source, source, page)
  }
}

/** A mention that waits for its judgement would have been stored for less. */
async function assertJudged(store: Store): Promise<void> {
  const { db, t } = store.read
  const unjudged = await db
    .select({ seq: t.mentions.seq })
    .from(t.mentions)
    .where(isNull(t.mentions.enrichedAt))
    .limit(1)
  const jobs = await db.select({ seq: t.jobs.seq }).from(t.jobs).limit(1)
  if (unjudged.length + jobs.length > 0) throw new Error('not everything was enriched')
}

async function addQueries(store: Store, count: number): Promise<void> {
  const texts = queryMix(count, 3)
  await store.write((tx) =>
    tx.insert(
      'query',
      'queries',
      texts.map((text, i) => ({
        id: `q${i}`,
        name: `q${i}`,
        text,
        settings: { stem: true, fold: true },
        createdAt: 0,
        updatedAt: 0,
      })),
    ),
  )
}

function workContext(store: Store): WorkContext {
  const classifier = createClassifier(loadArtefacts(join(process.cwd(), 'data/models')))
  const examine = createExaminer(
    store,
    async () => classifier,
    () => performance.now(),
  )
  return {
    store,
    log: silentLog,
    now: () => now,
    newId,
    random: () => 0.5,
    manifest: () => undefined,
    connect: () => Promise.reject(new Error('no platform in a bench')),
    examine: (list) => timed('examine', () => examine(list)),
    classifier: async () => classifier,
    provider: async () => undefined,
    train: () => Promise.reject(new Error('no training in a bench')),
  }
}
