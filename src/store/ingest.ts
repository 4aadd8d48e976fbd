import { and, eq, sql } from 'drizzle-orm'
import { hash } from 'node:crypto'
import { ratingUnit, type IncomingMention } from '../domain/mention.ts'
import { storeArrivals, type Arrival } from './arrivals.ts'
import { replayClock } from './clocks.ts'
import { noteRhythm } from './rhythm.ts'
import { recordCoverage, type Interval } from './coverage.ts'
import type { EnrichContext, Enriched, EnrichRow } from './enrich.ts'
import { attachOwnReplies } from './ownReplies.ts'
import type { Tx } from './store.ts'
import type { SourceSettings } from './tables/sources.ts'

/** The source as ingest needs it. */
export interface IngestSource {
  id: string
  platform: string
  /** Where ids belong to a server (Mastodon: the host); '' otherwise. */
  instance: string
  connectedAt: number
  settings: SourceSettings
}

export interface IngestPage {
  items: IncomingMention[]
  /** Absent: the source's cursor stays (recheck, webhook, import). */
  cursor?: unknown
  covered?: Interval
  gap?: Interval & { reason: string }
  /** Read for a second time: sweep: what is new was indexed late; gap: it was missed. */
  again?: 'sweep' | 'gap'
}

export interface IngestContext {
  now: number
  newId(): string
  /** The response target of new threads, ms (workspace setting); four hours when absent, null: no deadline. */
  targetMs?: number | null
  /** Replaces personal data in what is stored, and keeps no raw payload. Whether an item changed is told unmasked. */
  mask?: (text: string) => string
  /** Judges new mentions in the page's own transaction; those that it leaves out, and all when absent, get a job. */
  enrich?: Pick<EnrichContext, 'mayLink' | 'link' | 'judged'> & { examine(rows: EnrichRow[]): Promise<Enriched[]> }
}

export interface IngestResult {
  /** New mentions, in arrival order. */
  added: number[]
  /** Known mentions whose text, rating or existence changed. */
  changed: number[]
}

/** At most this much of one text is kept, UTF-16 units. */
export const maxTextLength = 1_000_000

/**
 * One page in one transaction: mentions with what was found about them, authors, threads, versions of edited items,
 * cursor, coverage, events, and a job for what is yet to be judged. Reading the same page again changes nothing.
 */
export async function ingestPage(
  tx: Tx,
  source: IngestSource,
  page: IngestPage,
  context: IngestContext,
): Promise<IngestResult> {
  const items = uniqueItems(page.items).map(cleanItem)
  const inbound = items.filter((item) => !item.own)
  const known = await findKnown(tx, source, inbound)
  const result: IngestResult = { added: [], changed: [] }
  const fresh: Arrival[] = []
  for (const item of inbound) {
    const row = known.get(item.externalId) ?? (item.uri ? known.get(item.uri) : undefined)
    if (row) await updateKnown(tx, source, row, item, context, result)
    else if (!item.deleted && !item.onlyIfKnown) fresh.push({ item: stored(item, context), hash: contentHash(item) })
  }
  const { seqs, waiting } = await storeArrivals(tx, source, fresh, context)
  result.added.push(...seqs)
  await attachOwnReplies(
    tx,
    source,
    items.filter((item) => item.own === true),
    fresh.map(({ item }) => item.externalId),
    context,
  )
  await noteRhythm(
    tx,
    source,
    fresh.map(({ item }) => item.createdAt),
    context.now,
    page.again,
  )
  await finishPage(tx, source, page, [...waiting, ...result.changed], result, context)
  return result
}

interface KnownMention {
  seq: number
  externalId: string
  uri: string | null
  threadSeq: number
  contentHash: string
  version: number
  deletedAt: number | null
  title: string | null
  text: string
  ratingUnit: number | null
}

function uniqueItems(items: IncomingMention[]): IncomingMention[] {
  const byId = new Map(items.map((item) => [item.externalId, item]))
  // Oldest first: arrival numbers follow time, and answers come after what they answer.
  return [...byId.values()].sort((a, b) => a.createdAt - b.createdAt)
}

/** PostgreSQL stores neither NUL nor unpaired surrogates; both databases must keep the same text. */
export function cleanText(text: string): string {
  return text.slice(0, maxTextLength).toWellFormed().replaceAll('\u0000', '')
}

function cleanItem(item: IncomingMention): IncomingMention {
  const { raw, ...rest } = item
  if (isClean(rest)) return item
  const cleaned = cleanDeep(rest) as Omit<IncomingMention, 'raw'>
  return raw === undefined ? cleaned : { ...cleaned, raw }
}

/** Nearly everything is: looking costs less than a copy of every item. */
function isClean(value: unknown): boolean {
  if (typeof value === 'string')
    return value.length <= maxTextLength && value.isWellFormed() && !value.includes('\u0000')
  if (typeof value !== 'object' || value === null) return true
  const fields = value as Record<string, unknown>
  for (const key in fields) if (!isClean(key) || !isClean(fields[key])) return false
  return true
}

/** All that people wrote; identity hints stay, they serve linking alone and are never shown. */
function stored(item: IncomingMention, { mask }: IngestContext): IncomingMention {
  if (!mask) return item
  const { raw: _raw, title, author, media, review, ...rest } = item
  const reply = review?.ownerReply
  return {
    ...rest,
    text: mask(item.text),
    author: author.bio === undefined ? author : { ...author, bio: mask(author.bio) },
    ...(title === undefined ? {} : { title: mask(title) }),
    ...(media ? { media: media.map((one) => (one.alt === undefined ? one : { ...one, alt: mask(one.alt) })) } : {}),
    ...(review ? { review: reply ? { ...review, ownerReply: { ...reply, text: mask(reply.text) } } : review } : {}),
  }
}

function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleanDeep)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), cleanDeep(inner)]))
}

export function contentHash(item: IncomingMention): string {
  const reply = item.review?.ownerReply
  const parts = [item.title ?? '', item.text, item.review?.rating?.raw ?? '', reply?.text ?? '', reply?.state ?? '']
  return hash('sha256', parts.join('\u0001'), 'base64url')
}

async function findKnown(tx: Tx, source: IngestSource, items: IncomingMention[]): Promise<Map<string, KnownMention>> {
  const known = new Map<string, KnownMention>()
  if (items.length === 0) return known
  const rows = await tx.all<KnownMention>('known by id', (db, t) => knownById(db, t, tx.d), {
    platform: source.platform,
    instance: source.instance,
    ids: items.map((item) => item.externalId),
  })
  const uris = items.flatMap((item) => (item.uri ? [item.uri] : []))
  if (uris.length > 0)
    rows.push(...(await tx.all<KnownMention>('known by uri', (db, t) => knownByUri(db, t, tx.d), { uris })))
  for (const row of rows) {
    known.set(row.externalId, row)
    if (row.uri) known.set(row.uri, row)
  }
  return known
}

function knownById(db: Tx['db'], t: Tx['t'], d: Tx['d']) {
  const { mentions } = t
  return db
    .select(knownColumns(t))
    .from(mentions)
    .where(
      and(
        eq(mentions.platform, sql.placeholder('platform')),
        eq(mentions.instance, sql.placeholder('instance')),
        d.among(mentions.externalId, 'ids'),
      ),
    )
}

function knownByUri(db: Tx['db'], t: Tx['t'], d: Tx['d']) {
  return db.select(knownColumns(t)).from(t.mentions).where(d.among(t.mentions.uri, 'uris'))
}

function knownColumns({ mentions }: Tx['t']) {
  const { seq, externalId, uri, threadSeq, contentHash, version, deletedAt, title, text, ratingUnit } = mentions
  return { seq, externalId, uri, threadSeq, contentHash, version, deletedAt, title, text, ratingUnit }
}

async function updateKnown(
  tx: Tx,
  source: IngestSource,
  row: KnownMention,
  item: IncomingMention,
  context: IngestContext,
  result: IngestResult,
): Promise<void> {
  await noteSource(tx, row.seq, source.id, context.now)
  if (item.deleted) {
    if (await markDeleted(tx, row, context.now)) result.changed.push(row.seq)
    return
  }
  const next = contentHash(item)
  if (row.deletedAt !== null || next === row.contentHash) return
  await storeEdit(tx, row, stored(item, context), next, context.now)
  result.changed.push(row.seq)
}

/** Keeps id, times and our own answers; drops what the author took back. True when it was not gone before. */
export async function markDeleted(
  tx: Tx,
  row: { seq: number; threadSeq: number; deletedAt: number | null },
  now: number,
): Promise<boolean> {
  if (row.deletedAt !== null) return false
  const { mentions, mentionVersions, rawPayloads, matches } = tx.t
  await tx.db
    .update(mentions)
    .set({ deletedAt: now, text: '', title: null, media: null, enrichedAt: null })
    .where(eq(mentions.seq, row.seq))
  await tx.db.delete(mentionVersions).where(eq(mentionVersions.mentionSeq, row.seq))
  await tx.db.delete(rawPayloads).where(eq(rawPayloads.mentionSeq, row.seq))
  await tx.db.update(matches).set({ spans: [] }).where(eq(matches.mentionSeq, row.seq))
  await tx.insert('event', 'events', [
    eventRow({
      at: now,
      now,
      kind: 'mention.deleted',
      threadSeq: row.threadSeq,
      mentionSeq: row.seq,
      actor: 'customer',
    }),
  ])
  await replayClock(tx, row.threadSeq, now)
  tx.emit({ type: 'thread', threadSeq: row.threadSeq, reason: 'inbound' })
  return true
}

async function storeEdit(
  tx: Tx,
  row: KnownMention,
  item: IncomingMention,
  nextHash: string,
  now: number,
): Promise<void> {
  const { mentions, threads } = tx.t
  await tx.insert(
    'mention version',
    'mentionVersions',
    [
      {
        mentionSeq: row.seq,
        version: row.version,
        title: row.title,
        text: row.text,
        ratingUnit: row.ratingUnit,
        seenAt: now,
      },
    ],
    (insert) => insert.onConflictDoNothing(),
  )
  const unit = ratingUnit(item.review?.rating) ?? null
  await tx.db
    .update(mentions)
    .set({
      title: item.title ?? null,
      text: item.text,
      contentHash: nextHash,
      version: row.version + 1,
      editedAt: item.editedAt ?? now,
      review: item.review ?? null,
      ratingUnit: unit,
      metrics: item.metrics ?? null,
      replyTo: item.replyTo ?? null,
      enrichedAt: null,
    })
    .where(eq(mentions.seq, row.seq))
  await tx.db
    .update(threads)
    .set({ revision: sql`${threads.revision} + 1`, ratingUnit: unit })
    .where(eq(threads.seq, row.threadSeq))
  await tx.insert('event', 'events', [
    eventRow({
      at: item.editedAt ?? now,
      now,
      kind: 'mention.edited',
      threadSeq: row.threadSeq,
      mentionSeq: row.seq,
      actor: 'customer',
    }),
  ])
  tx.emit({ type: 'thread', threadSeq: row.threadSeq, reason: 'inbound' })
}

async function noteSource(tx: Tx, mentionSeq: number, sourceId: string, now: number): Promise<void> {
  await tx.insert('mention source', 'mentionSources', [{ mentionSeq, sourceId, seenAt: now }], (insert) =>
    insert.onConflictDoNothing(),
  )
}

export interface NewEvent {
  at: number
  now: number
  kind: string
  threadSeq?: number | null
  mentionSeq?: number | null
  replyId?: string | null
  actor: string
  data?: Record<string, unknown>
}

/** A row of the log, every column named, so that all share one prepared statement. */
export function eventRow(event: NewEvent) {
  return {
    at: event.at,
    recordedAt: event.now,
    kind: event.kind,
    threadSeq: event.threadSeq ?? null,
    mentionSeq: event.mentionSeq ?? null,
    replyId: event.replyId ?? null,
    actor: event.actor,
    data: event.data ?? null,
  }
}

async function finishPage(
  tx: Tx,
  source: IngestSource,
  page: IngestPage,
  waiting: number[],
  result: IngestResult,
  context: IngestContext,
): Promise<void> {
  if (waiting.length > 0) {
    await tx.insert('enrich job', 'jobs', [
      {
        kind: 'enrich',
        key: `${source.id}:${context.newId()}`,
        lane: '',
        payload: { seqs: waiting },
        runAt: context.now,
        createdAt: context.now,
      },
    ])
    tx.emit({ type: 'job', kind: 'enrich' })
  }
  if (page.covered) await recordCoverage(tx, source.id, 'read', page.covered)
  if (page.gap) await recordCoverage(tx, source.id, 'gap', page.gap, page.gap.reason)
  const [moves, brings] = [page.cursor !== undefined, result.added.length > 0]
  await tx.run(
    `source read ${moves} ${brings}`,
    (db, { sources }) =>
      db
        .update(sources)
        .set({
          ...(moves ? { cursor: sql`${sql.param(sql.placeholder('cursor'), sources.cursor)}` } : {}),
          lastSuccessAt: sql`${sql.placeholder('now')}`,
          ...(brings ? { lastItemAt: sql`${sql.placeholder('now')}` } : {}),
        })
        .where(eq(sources.id, sql.placeholder('id'))),
    { id: source.id, now: context.now, cursor: page.cursor ?? null },
  )
  if (result.added.length + result.changed.length > 0) tx.emit({ type: 'source', sourceId: source.id })
}
