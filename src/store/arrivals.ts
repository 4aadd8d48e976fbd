import { and, eq, sql } from 'drizzle-orm'
import { ratingUnit, type IncomingMention } from '../domain/mention.ts'
import { stateAfterInbound } from '../domain/thread.ts'
import { storeAuthors, type StoredAuthor } from './authors.ts'
import { countOpened, defaultTargetMs, replayClock } from './clocks.ts'
import { judgementColumns, writeFindings, type Enriched, type EnrichRow, type Judgement } from './enrich.ts'
import { cleanText, eventRow, type IngestContext, type IngestSource } from './ingest.ts'
import { insertNew } from './insertNew.ts'
import type { Tx } from './store.ts'

/** A mention that no source has brought before. */
export interface Arrival {
  item: IncomingMention
  hash: string
}

/** Numbers of the new mentions, in the order given; `waiting`: those that are not judged yet. */
export interface Arrived {
  seqs: number[]
  waiting: number[]
}

/**
 * New mentions with their authors, threads and events. What can be judged here and now is written with its judgement at
 * once: a row that is written and then grown costs twice, and nothing waits for a second transaction.
 */
export async function storeArrivals(
  tx: Tx,
  source: IngestSource,
  arrivals: Arrival[],
  context: IngestContext,
): Promise<Arrived> {
  if (arrivals.length === 0) return { seqs: [], waiting: [] }
  const items = arrivals.map(({ item }) => item)
  const authors = await storeAuthors(tx, source, items, context.now)
  const seqs = await tx.reserveSeqs('mentions', arrivals.length)
  const rows = arrivals.map((arrival, index): EnrichRow => {
    const author = authors.get(arrival.item.author.externalId)
    const seq = seqs[index]
    if (!author || seq === undefined) throw new Error('author was not stored')
    return { author, mention: mentionRow(source, arrival, seq, author, context) }
  })
  const judged = new Map((await context.enrich?.examine(rows))?.map((one) => [one.row.mention.seq, one]))
  const threads = await storeThreads(tx, source, items, rows, judged, context)
  await tx.insert(
    'mention',
    'mentions',
    rows.map(({ mention }) => {
      const one = judged.get(mention.seq)
      return one ? { ...mention, ...judgementColumns(one, context.now) } : mention
    }),
  )
  await noteArrivals(tx, source, items, rows, threads, context.now)
  await storeSideRows(tx, source, items, seqs, context.now)
  await countOpened(
    tx,
    source.id,
    items.filter((item, index) => threads[index]?.isNew && doesOpenClock(source, item)).map((item) => item.createdAt),
  )
  const again = new Set(threads.filter((thread) => !thread.isNew).map((thread) => thread.seq))
  for (const threadSeq of again) await replayClock(tx, threadSeq, context.now)
  if (context.enrich && judged.size > 0) {
    await writeFindings(
      tx,
      [...judged.values()],
      { before: new Map(), sourceOf: () => source.id },
      {
        ...context,
        ...context.enrich,
      },
    )
    await context.enrich.judged?.(tx, [...judged.keys()])
  }
  return { seqs, waiting: seqs.filter((seq) => !judged.has(seq)) }
}

function doesOpenClock(source: IngestSource, item: IncomingMention): boolean {
  return (
    item.createdAt >= source.connectedAt &&
    item.kind !== 'article' &&
    source.settings.clock !== false &&
    !item.review?.ownerReply
  )
}

/** Not yet in a thread. */
function mentionRow(
  source: IngestSource,
  { item, hash }: Arrival,
  seq: number,
  author: StoredAuthor,
  context: IngestContext,
): EnrichRow['mention'] {
  return {
    seq,
    id: context.newId(),
    platform: source.platform,
    instance: source.instance,
    externalId: item.externalId,
    uri: item.uri ?? null,
    url: item.url ?? null,
    kind: item.kind,
    threadSeq: 0,
    authorSeq: author.seq,
    parentExternalId: item.parentId ?? null,
    rootExternalId: item.rootId ?? item.externalId,
    title: item.title ?? null,
    text: item.text,
    langDeclared: item.lang ?? null,
    createdAt: item.createdAt,
    ingestedAt: context.now,
    editedAt: item.editedAt ?? null,
    deletedAt: null,
    version: 1,
    contentHash: hash,
    visibility: item.visibility ?? null,
    isHistory: item.createdAt < source.connectedAt,
    isOwn: false,
    metrics: item.metrics ?? null,
    media: item.media ?? null,
    review: item.review ?? null,
    ratingUnit: ratingUnit(item.review?.rating) ?? null,
    replyTo: item.replyTo ?? null,
    shares: item.shares ?? null,
    copyOf: null,
    enrichedAt: null,
    lang: null,
    sentiment: null,
    sentimentScore: null,
    confidence: null,
    intents: null,
    urgency: null,
    model: null,
    classification: null,
  }
}

interface ThreadOfArrival {
  seq: number
  isNew: boolean
}

/** The thread of each mention, made or raised; the mentions are told their threads. */
async function storeThreads(
  tx: Tx,
  source: IngestSource,
  items: IncomingMention[],
  rows: EnrichRow[],
  judged: ReadonlyMap<number, Enriched>,
  context: IngestContext,
): Promise<ThreadOfArrival[]> {
  const wanted = rows.map((row, index) =>
    threadRow(source, items[index], row, judged.get(row.mention.seq)?.judgement, context),
  )
  const seqs = await insertNew(tx, 'thread', 'threads', wanted)
  const threads: ThreadOfArrival[] = []
  for (const [index, { mention }] of rows.entries()) {
    const made = seqs[index]
    const seq = made ?? (await raiseThread(tx, wanted[index]))
    mention.threadSeq = seq
    threads.push({ seq, isNew: made !== undefined })
  }
  return threads
}

/** Without a judgement it shows none yet. */
function threadRow(
  source: IngestSource,
  item: IncomingMention | undefined,
  { mention, author }: EnrichRow,
  shown: Judgement | undefined,
  context: IngestContext,
) {
  const opensClock = item !== undefined && doesOpenClock(source, item)
  const targetMs = context.targetMs === undefined ? defaultTargetMs : context.targetMs
  const { createdAt } = mention
  return {
    id: context.newId(),
    platform: mention.platform,
    instance: mention.instance,
    rootExternalId: mention.rootExternalId,
    authorSeq: mention.authorSeq,
    customerSeq: author.customerSeq,
    sourceId: source.id,
    state: 'new',
    kind: mention.kind,
    ratingUnit: mention.ratingUnit,
    lastMentionSeq: mention.seq,
    mentionCount: 1,
    lastInboundAt: createdAt,
    createdAt,
    lang: shown?.lang ?? null,
    sentiment: shown?.sentiment ?? null,
    intents: shown?.intents.map((intent) => intent.label) ?? null,
    urgency: shown?.urgency ?? null,
    turns: opensClock ? [{ number: 1, state: 'running', startedAt: createdAt }] : [],
    clockTargetMs: targetMs,
    clockState: opensClock ? 'running' : 'none',
    clockStartedAt: opensClock ? createdAt : null,
    clockIngestedAt: opensClock ? context.now : null,
    clockDueAt: opensClock && targetMs !== null ? createdAt + targetMs : null,
  }
}

async function raiseThread(tx: Tx, wanted: Record<string, unknown> | undefined): Promise<number> {
  const [row] = await tx.all<{ seq: number }>('thread again', againStatement, wanted)
  if (!row) throw new Error('thread was not stored')
  return row.seq
}

function againStatement(db: Tx['db'], t: Tx['t']) {
  const { threads } = t
  const p = sql.placeholder
  const at = p('lastInboundAt')
  // The same rule as stateAfterInbound, in the statement, because two processes may do it at once.
  const reopened = sql`case when ${threads.state} in ('ignored', 'spam', 'new') then ${threads.state} else ${stateAfterInbound('resolved')} end`
  return db
    .update(threads)
    .set({
      revision: sql`${threads.revision} + 1`,
      mentionCount: sql`${threads.mentionCount} + 1`,
      lastMentionSeq: sql`${p('lastMentionSeq')}`,
      lastInboundAt: sql`case when ${at} > ${threads.lastInboundAt} then ${at} else ${threads.lastInboundAt} end`,
      state: reopened,
      snoozedUntil: sql`null`,
      lang: sql`coalesce(${p('lang')}, ${threads.lang})`,
      sentiment: sql`coalesce(${p('sentiment')}, ${threads.sentiment})`,
      intents: sql`coalesce(${sql.param(p('intents'), threads.intents)}, ${threads.intents})`,
      urgency: sql`coalesce(${p('urgency')}, ${threads.urgency})`,
    })
    .where(
      and(
        eq(threads.platform, p('platform')),
        eq(threads.instance, p('instance')),
        eq(threads.rootExternalId, p('rootExternalId')),
        eq(threads.authorSeq, p('authorSeq')),
      ),
    )
    .returning({ seq: threads.seq })
}

// One object each, so that a page's events share it.
const [opening, notOpening] = [{ opensClock: true }, { opensClock: false }]

/** The log, and what open screens are told. */
async function noteArrivals(
  tx: Tx,
  source: IngestSource,
  items: IncomingMention[],
  rows: EnrichRow[],
  threads: ThreadOfArrival[],
  now: number,
): Promise<void> {
  const events = items.map((item, index) => {
    const [thread, row] = [threads[index], rows[index]]
    if (!thread || !row) throw new Error('mention was not stored')
    tx.emit({ type: 'thread', threadSeq: thread.seq, reason: 'inbound', isNew: thread.isNew })
    return eventRow({
      at: item.createdAt,
      now,
      kind: 'mention.received',
      threadSeq: thread.seq,
      mentionSeq: row.mention.seq,
      actor: 'customer',
      data: doesOpenClock(source, item) ? opening : notOpening,
    })
  })
  await tx.insert('event', 'events', events)
}

async function storeSideRows(
  tx: Tx,
  source: IngestSource,
  items: IncomingMention[],
  seqs: number[],
  now: number,
): Promise<void> {
  await tx.insert(
    'mention source',
    'mentionSources',
    seqs.map((mentionSeq) => ({ mentionSeq, sourceId: source.id, seenAt: now })),
    (insert) => insert.onConflictDoNothing(),
  )
  const payloads = items.flatMap((item, index) => {
    const mentionSeq = seqs[index]
    return item.raw === undefined || mentionSeq === undefined
      ? []
      : [{ mentionSeq, payload: cleanText(JSON.stringify(item.raw)), storedAt: now }]
  })
  await tx.insert('raw payload', 'rawPayloads', payloads)
}
