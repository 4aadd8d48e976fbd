import { and, eq, sql } from 'drizzle-orm'
import { hash } from 'node:crypto'
import { ratingUnit, type IncomingMention } from '../domain/mention.ts'
import { stateAfterInbound } from '../domain/thread.ts'
import { attachOwnReplies } from './ownReplies.ts'
import { recordCoverage, type Interval } from './coverage.ts'
import { clockColumns, countOpened, defaultTargetMs, replayClock } from './clocks.ts'
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
}

export interface IngestContext {
  now: number
  newId(): string
  /** The response target of new threads, ms (workspace setting); four hours when absent, null: no deadline. */
  targetMs?: number | null
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
 * One page in one transaction: mentions, authors, threads, versions of edited items, cursor, coverage, events and the
 * job that enriches them. Reading the same page again changes nothing.
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
  const fresh: Fresh[] = []
  for (const item of inbound) {
    const row = known.get(item.externalId) ?? (item.uri ? known.get(item.uri) : undefined)
    if (row) await updateKnown(tx, source, row, item, context, result)
    else if (!item.deleted) fresh.push({ item, hash: contentHash(item) })
  }
  await addFresh(tx, source, fresh, context, result)
  await attachOwnReplies(
    tx,
    source,
    items.filter((item) => item.own === true),
    fresh.map(({ item }) => item.externalId),
    context,
  )
  await finishPage(tx, source, page, result, context)
  return result
}

interface Fresh {
  item: IncomingMention
  hash: string
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
  const cleaned = cleanDeep(rest) as Omit<IncomingMention, 'raw'>
  return raw === undefined ? cleaned : { ...cleaned, raw }
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
  await storeEdit(tx, row, item, next, context.now)
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

async function addFresh(
  tx: Tx,
  source: IngestSource,
  fresh: Fresh[],
  context: IngestContext,
  result: IngestResult,
): Promise<void> {
  if (fresh.length === 0) return
  const authors = await upsertAuthors(
    tx,
    source,
    fresh.map(({ item }) => item),
    context.now,
  )
  const replay = new Set<number>()
  const opened: number[] = []
  const rows: Record<string, unknown>[] = []
  const threads: { seq: number; isNew: boolean }[] = []
  for (const one of fresh) {
    const authorSeq = authors.get(one.item.author.externalId)
    if (authorSeq === undefined) throw new Error('author was not stored')
    const opensClock = doesOpenClock(source, one.item)
    const thread = await upsertThread(tx, source, one.item, authorSeq, opensClock, context)
    threads.push(thread)
    rows.push(mentionRow(source, one, thread.seq, authorSeq, context))
    if (!thread.isNew) replay.add(thread.seq)
    else if (opensClock) opened.push(one.item.createdAt)
  }
  result.added.push(...(await tx.insertSeqs('mention', 'mentions', rows)))
  await noteArrivals(tx, source, fresh, threads, result.added, context.now)
  await storeSideRows(tx, source, fresh, result.added, context.now)
  await countOpened(tx, source.id, opened)
  for (const threadSeq of replay) await replayClock(tx, threadSeq, context.now)
}

/** The log, the newest mention of each thread, and what open screens are told. */
async function noteArrivals(
  tx: Tx,
  source: IngestSource,
  fresh: Fresh[],
  threads: { seq: number; isNew: boolean }[],
  seqs: number[],
  now: number,
): Promise<void> {
  const newest = new Map<number, number>()
  const events = fresh.map(({ item }, index) => {
    const [thread, mentionSeq] = [threads[index], seqs[index]]
    if (!thread || mentionSeq === undefined) throw new Error('mention was not stored')
    newest.set(thread.seq, mentionSeq)
    tx.emit({ type: 'thread', threadSeq: thread.seq, reason: 'inbound', isNew: thread.isNew })
    return eventRow({
      at: item.createdAt,
      now,
      kind: 'mention.received',
      threadSeq: thread.seq,
      mentionSeq,
      actor: 'customer',
      data: { opensClock: doesOpenClock(source, item) },
    })
  })
  for (const [seq, mention] of newest) await tx.run('thread newest', newestStatement, { seq, mention })
  await tx.insert('event', 'events', events)
}

function newestStatement(db: Tx['db'], t: Tx['t']) {
  return db
    .update(t.threads)
    .set({ lastMentionSeq: sql`${sql.placeholder('mention')}` })
    .where(eq(t.threads.seq, sql.placeholder('seq')))
}

function doesOpenClock(source: IngestSource, item: IncomingMention): boolean {
  return (
    item.createdAt >= source.connectedAt &&
    item.kind !== 'article' &&
    source.settings.clock !== false &&
    !item.review?.ownerReply
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

export function handleKey(handle: string): string {
  return handle.replace(/^@/, '').toLowerCase()
}

async function upsertAuthors(
  tx: Tx,
  source: IngestSource,
  items: IncomingMention[],
  now: number,
): Promise<Map<string, number>> {
  const seqs = new Map<string, number>()
  const authors = new Map(items.map((item) => [item.author.externalId, authorRow(source, item)]))
  const stored = await tx.all<AuthorRow & { seq: number }>('authors by id', (db, t) => authorsById(db, t, tx.d), {
    platform: source.platform,
    instance: source.instance,
    ids: [...authors.keys()],
  })
  const known = new Map(stored.map((row) => [row.externalId, row]))
  // In one order everywhere, so that two processes never wait for each other in a circle.
  for (const [externalId, author] of [...authors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = known.get(externalId)
    if (before && !saysMore(author, before)) seqs.set(externalId, before.seq)
    else {
      const [row] = await tx.all<{ seq: number }>('author upsert', authorStatement, { ...author, now })
      if (row) seqs.set(externalId, row.seq)
    }
  }
  return seqs
}

const authorColumns = [
  'platform',
  'instance',
  'externalId',
  'handle',
  'handleKey',
  'name',
  'url',
  'avatarUrl',
  'followers',
  'bio',
  'location',
  'verifiedUrls',
  'isBot',
  'identityHints',
] as const
type AuthorRow = Pick<Tx['t']['authors']['$inferSelect'], (typeof authorColumns)[number]>

function authorRow(source: IngestSource, { author, review }: IncomingMention): AuthorRow {
  return {
    platform: source.platform,
    instance: source.instance,
    externalId: author.externalId,
    handle: author.handle,
    handleKey: handleKey(author.handle),
    name: author.name ?? null,
    url: author.url ?? null,
    avatarUrl: author.avatarUrl ?? null,
    followers: author.followers ?? null,
    bio: author.bio ?? null,
    location: author.location ?? null,
    verifiedUrls: author.verifiedUrls ?? null,
    isBot: author.isBot ?? null,
    identityHints: review?.identityHints ?? null,
  }
}

/** Most authors of a page are known as they are: reading them is cheaper than writing them again. */
function saysMore(next: AuthorRow, stored: AuthorRow): boolean {
  return authorColumns.some((column) => {
    const value = next[column]
    if (value === null || value === stored[column]) return false
    return typeof value !== 'object' || JSON.stringify(value) !== JSON.stringify(stored[column])
  })
}

function authorsById(db: Tx['db'], { authors }: Tx['t'], d: Tx['d']) {
  return db
    .select()
    .from(authors)
    .where(
      and(
        eq(authors.platform, sql.placeholder('platform')),
        eq(authors.instance, sql.placeholder('instance')),
        d.among(authors.externalId, 'ids'),
      ),
    )
}

function authorStatement(db: Tx['db'], t: Tx['t']) {
  const p = sql.placeholder
  const { authors } = t
  const keep = (column: keyof typeof authors & string, name: string) =>
    sql`coalesce(${sql.raw(`excluded.${name}`)}, ${authors[column as 'name']})`
  return db
    .insert(authors)
    .values({
      platform: p('platform'),
      instance: p('instance'),
      externalId: p('externalId'),
      handle: p('handle'),
      handleKey: p('handleKey'),
      name: p('name'),
      url: p('url'),
      avatarUrl: p('avatarUrl'),
      followers: p('followers'),
      bio: p('bio'),
      location: p('location'),
      verifiedUrls: p('verifiedUrls'),
      isBot: p('isBot'),
      identityHints: p('identityHints'),
      firstSeenAt: p('now'),
      updatedAt: p('now'),
    })
    .onConflictDoUpdate({
      target: [authors.platform, authors.instance, authors.externalId],
      set: {
        handle: sql`excluded.handle`,
        handleKey: sql`excluded.handle_key`,
        name: keep('name', 'name'),
        url: keep('url', 'url'),
        avatarUrl: keep('avatarUrl', 'avatar_url'),
        followers: keep('followers', 'followers'),
        bio: keep('bio', 'bio'),
        location: keep('location', 'location'),
        verifiedUrls: keep('verifiedUrls', 'verified_urls'),
        identityHints: keep('identityHints', 'identity_hints'),
        updatedAt: sql`excluded.updated_at`,
      },
    })
    .returning({ seq: authors.seq })
}

async function upsertThread(
  tx: Tx,
  source: IngestSource,
  item: IncomingMention,
  authorSeq: number,
  opensClock: boolean,
  context: IngestContext,
): Promise<{ seq: number; isNew: boolean }> {
  const targetMs = context.targetMs === undefined ? defaultTargetMs : context.targetMs
  const clock = clockColumns(
    opensClock
      ? {
          number: 1,
          state: 'running',
          startedAt: item.createdAt,
          ingestedAt: context.now,
          ...(targetMs === null ? {} : { dueAt: item.createdAt + targetMs }),
          because: '',
          mentionSeqs: [],
        }
      : undefined,
  )
  const { clockStoppedAt: _, ...openClock } = clock
  const turns = opensClock ? [{ number: 1, state: 'running', startedAt: item.createdAt }] : []
  const id = context.newId()
  const [row] = await tx.all<{ seq: number; id: string; state: string }>('thread upsert', threadStatement, {
    id,
    platform: source.platform,
    instance: source.instance,
    rootExternalId: item.rootId ?? item.externalId,
    authorSeq,
    sourceId: source.id,
    kind: item.kind,
    ratingUnit: ratingUnit(item.review?.rating) ?? null,
    createdAt: item.createdAt,
    turns,
    targetMs,
    ...openClock,
  })
  if (!row) throw new Error('thread was not stored')
  return { seq: row.seq, isNew: row.id === id }
}

function threadStatement(db: Tx['db'], t: Tx['t']) {
  const p = sql.placeholder
  const { threads } = t
  // The same rule as stateAfterInbound, in the statement, because two processes may do it at once.
  const reopened = sql`case when ${threads.state} in ('ignored', 'spam', 'new') then ${threads.state} else ${stateAfterInbound('resolved')} end`
  return db
    .insert(threads)
    .values({
      id: p('id'),
      platform: p('platform'),
      instance: p('instance'),
      rootExternalId: p('rootExternalId'),
      authorSeq: p('authorSeq'),
      sourceId: p('sourceId'),
      state: 'new',
      kind: p('kind'),
      ratingUnit: p('ratingUnit'),
      mentionCount: 1,
      lastInboundAt: p('createdAt'),
      createdAt: p('createdAt'),
      clockState: p('clockState'),
      clockStartedAt: p('clockStartedAt'),
      clockIngestedAt: p('clockIngestedAt'),
      clockDueAt: p('clockDueAt'),
      clockTargetMs: p('targetMs'),
      turns: p('turns'),
    })
    .onConflictDoUpdate({
      target: [threads.platform, threads.instance, threads.rootExternalId, threads.authorSeq],
      set: {
        revision: sql`${threads.revision} + 1`,
        mentionCount: sql`${threads.mentionCount} + 1`,
        lastInboundAt: sql`case when excluded.last_inbound_at > ${threads.lastInboundAt} then excluded.last_inbound_at else ${threads.lastInboundAt} end`,
        state: reopened,
        snoozedUntil: sql`null`,
      },
    })
    .returning({ seq: threads.seq, id: threads.id, state: threads.state })
}

function mentionRow(
  source: IngestSource,
  { item, hash: contentHash }: Fresh,
  threadSeq: number,
  authorSeq: number,
  context: IngestContext,
): Record<string, unknown> {
  return {
    id: context.newId(),
    platform: source.platform,
    instance: source.instance,
    externalId: item.externalId,
    uri: item.uri ?? null,
    url: item.url ?? null,
    kind: item.kind,
    threadSeq,
    authorSeq,
    parentExternalId: item.parentId ?? null,
    rootExternalId: item.rootId ?? item.externalId,
    title: item.title ?? null,
    text: item.text,
    langDeclared: item.lang ?? null,
    createdAt: item.createdAt,
    ingestedAt: context.now,
    editedAt: item.editedAt ?? null,
    contentHash,
    visibility: item.visibility ?? null,
    isHistory: item.createdAt < source.connectedAt,
    metrics: item.metrics ?? null,
    media: item.media ?? null,
    review: item.review ?? null,
    ratingUnit: ratingUnit(item.review?.rating) ?? null,
    replyTo: item.replyTo ?? null,
  }
}

async function storeSideRows(tx: Tx, source: IngestSource, fresh: Fresh[], seqs: number[], now: number): Promise<void> {
  await tx.insert(
    'mention source',
    'mentionSources',
    seqs.map((mentionSeq) => ({ mentionSeq, sourceId: source.id, seenAt: now })),
    (insert) => insert.onConflictDoNothing(),
  )
  const payloads = fresh.flatMap(({ item }, index) => {
    const mentionSeq = seqs[index]
    return item.raw === undefined || mentionSeq === undefined
      ? []
      : [{ mentionSeq, payload: cleanText(JSON.stringify(item.raw)), storedAt: now }]
  })
  await tx.insert('raw payload', 'rawPayloads', payloads)
}

async function finishPage(
  tx: Tx,
  source: IngestSource,
  page: IngestPage,
  result: IngestResult,
  context: IngestContext,
): Promise<void> {
  const { sources } = tx.t
  const seqs = [...result.added, ...result.changed]
  if (seqs.length > 0) {
    await tx.insert('enrich job', 'jobs', [
      {
        kind: 'enrich',
        key: `${source.id}:${context.newId()}`,
        lane: '',
        payload: { seqs },
        runAt: context.now,
        createdAt: context.now,
      },
    ])
    tx.emit({ type: 'job', kind: 'enrich' })
  }
  if (page.covered) await recordCoverage(tx, source.id, 'read', page.covered)
  if (page.gap) await recordCoverage(tx, source.id, 'gap', page.gap, page.gap.reason)
  await tx.db
    .update(sources)
    .set({
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
      lastSuccessAt: context.now,
      ...(result.added.length > 0 ? { lastItemAt: context.now } : {}),
    })
    .where(eq(sources.id, source.id))
  if (seqs.length > 0) tx.emit({ type: 'source', sourceId: source.id })
}
