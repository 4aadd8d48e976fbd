import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, sql, type SQL } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { Sentiment } from '../domain/classification.ts'
import type { MentionKind } from '../domain/mention.ts'
import { threadStates, type ClockState, type ThreadState } from '../domain/thread.ts'
import type { Db, Reader } from './store.ts'
import { isCountedAs, type ToneFilter } from './toneFilter.ts'
import type { Tables } from './tables/all.ts'

/** What a list of threads shows. Every field narrows; absent means all. */
export interface InboxFilter {
  states?: readonly ThreadState[]
  clocks?: readonly ClockState[]
  /** A user id, or null: nobody. */
  assigneeId?: string | null
  sourceId?: string
  sentiment?: Sentiment
  /** As what reports count the newest mention. */
  tone?: ToneFilter
  intent?: string
  lang?: string
  kind?: MentionKind
  /** Name of a tag. */
  tag?: string
  /** Caught by this listening query, or by one of this group. */
  queryId?: string
  groupId?: string
  /** Name of a topic that any mention of the thread speaks of. */
  topic?: string
  replied?: boolean
  /** Share of the scale (mentions.ratingUnit), 0…1. */
  maxRating?: number
  /** True: no rating at all. */
  unrated?: boolean
  hasCustomer?: boolean
  customerSeq?: number
  /** Epoch ms of the newest inbound item, half open. */
  from?: number
  to?: number
  /** Epoch ms: only what is due by then. */
  dueBefore?: number
  /** deadline: by clockDueAt, threads without one left out. */
  sort?: 'newest' | 'oldest' | 'deadline'
  /** Copies are left out where their original is in the same list. */
  fold?: boolean
  /** Only these threads (search, replies with trouble), at most a few thousand. */
  only?: readonly number[]
}

export interface InboxCursor {
  at: number
  seq: number
  /** `next`: further down the list; `prev`: back up. */
  side: 'next' | 'prev'
}

export interface InboxKey {
  seq: number
  at: number
}

const running: readonly ClockState[] = ['running', 'breached']
const end = Number.MAX_SAFE_INTEGER

/**
 * The keys of one page. A page of several states is one index walk for each state, merged here: a single statement with
 * `state in (…)` would sort the whole inbox, however long it is.
 */
export async function loadInboxKeys(
  reader: Reader,
  given: InboxFilter,
  cursor: InboxCursor | undefined,
  limit: number,
): Promise<InboxKey[]> {
  const filter = await narrowByCatch(reader, given)
  const ascending = isAscending(filter) !== (cursor?.side === 'prev')
  const start = cursor ?? (ascending ? { at: -1, seq: -1 } : { at: end, seq: end })
  const found: InboxKey[] = []
  for (const walk of walksOf(filter)) {
    const parameters = { ...parametersOf(filter), ...walk, at: start.at, seq: start.seq, limit }
    const name = `inbox.keys.${shapeOf(filter, walk)}.${ascending ? 'asc' : 'desc'}`
    const build = (db: Db, t: Tables) => buildInboxKeys(db, t, reader.d, filter, walk, ascending)
    for (const row of await reader.all<InboxKey>(name, build, parameters)) found.push(row)
  }
  found.sort((a, b) => (ascending ? a.at - b.at || a.seq - b.seq : b.at - a.at || b.seq - a.seq))
  return found.slice(0, limit)
}

/** How many threads match, counting no further than `cap`. */
export async function countInbox(reader: Reader, given: InboxFilter, cap: number): Promise<number> {
  const filter = await narrowByCatch(reader, given)
  let count = 0
  for (const walk of walksOf(filter)) {
    if (count >= cap) break
    const rows = await reader.all<{ n: number }>(
      `inbox.count.${shapeOf(filter, walk)}`,
      (db, t) => {
        const rows = db
          .select({ one: sql`1`.as('one') })
          .from(t.threads)
          .where(and(...conditionsOf(t, reader.d, filter, walk)))
          .limit(sql.placeholder('cap'))
          .as('found')
        return db.select({ n: sql<number>`count(*)`.mapWith(Number) }).from(rows)
      },
      { ...parametersOf(filter), ...walk, cap: cap - count },
    )
    count += rows[0]?.n ?? 0
  }
  return count
}

/** Beyond as many matches the walk meets one soon enough. */
const fewMatches = 2000

/** What a query or group caught is rare: its threads are looked up, where a walk would ask every thread of the inbox. */
async function narrowByCatch(reader: Reader, filter: InboxFilter): Promise<InboxFilter> {
  if (!filter.queryId && !filter.groupId) return filter
  const { queries, queryGroups, queryGroupMembers: members, matches, mentions } = reader.t
  const querySeqs = filter.queryId
    ? await reader.db.select({ seq: queries.seq }).from(queries).where(eq(queries.id, filter.queryId))
    : await reader.db
        .select({ seq: members.querySeq })
        .from(members)
        .innerJoin(queryGroups, eq(queryGroups.seq, members.groupSeq))
        .where(eq(queryGroups.id, filter.groupId ?? ''))
  const caught = new Set<number>()
  for (const { seq } of querySeqs) {
    const rows = await reader.db
      .select({ seq: mentions.threadSeq })
      .from(matches)
      .innerJoin(mentions, eq(mentions.seq, matches.mentionSeq))
      .where(eq(matches.querySeq, seq))
      .limit(fewMatches + 1)
    if (rows.length > fewMatches) return filter
    for (const row of rows) caught.add(row.seq)
  }
  if (caught.size > fewMatches) return filter
  return { ...filter, only: filter.only ? filter.only.filter((seq) => caught.has(seq)) : [...caught] }
}

/** One index walk: the values of the equality columns that differ from walk to walk. */
export type Walk = { state?: ThreadState; clock?: ClockState }

export function walksOf(filter: InboxFilter): Walk[] {
  if (filter.only) return [{}]
  if (filter.sort === 'deadline') return (filter.clocks ?? running).map((clock) => ({ clock }))
  return (filter.states ?? threadStates).map((state) => ({ state }))
}

/** Exported for the test that reads its plan. */
export function buildInboxKeys(db: Db, t: Tables, d: Reader['d'], filter: InboxFilter, walk: Walk, ascending: boolean) {
  const at = filter.sort === 'deadline' ? t.threads.clockDueAt : t.threads.lastInboundAt
  const order = ascending ? asc : desc
  const [first, second] = [sql.placeholder('at'), sql.placeholder('seq')]
  const beyond = ascending
    ? sql`(${at}, ${t.threads.seq}) > (${first}, ${second})`
    : sql`(${at}, ${t.threads.seq}) < (${first}, ${second})`
  return db
    .select({ seq: t.threads.seq, at: at as typeof t.threads.lastInboundAt })
    .from(t.threads)
    .where(and(...conditionsOf(t, d, filter, walk), beyond))
    .orderBy(order(at), order(t.threads.seq))
    .limit(sql.placeholder('limit'))
}

function isAscending(filter: InboxFilter): boolean {
  return filter.sort === 'deadline' || filter.sort === 'oldest'
}

function conditionsOf(t: Tables, d: Reader['d'], filter: InboxFilter, walk: Walk): (SQL | undefined)[] {
  const { threads } = t
  const value = (name: string) => sql.placeholder(name)
  return [
    filter.assigneeId === null ? isNull(threads.assigneeId) : undefined,
    filter.assigneeId ? eq(threads.assigneeId, value('assigneeId')) : undefined,
    filter.sourceId ? eq(threads.sourceId, value('sourceId')) : undefined,
    // Written out, so that the index over the negative ones serves.
    filter.sentiment ? sql`${threads.sentiment} = ${filter.sentiment}`.inlineParams() : undefined,
    filter.tone ? isCountedAs(t, d, filter.tone) : undefined,
    walk.state ? eq(threads.state, value('state')) : filter.states && inArray(threads.state, [...filter.states]),
    walk.clock
      ? eq(threads.clockState, value('clock'))
      : filter.clocks && inArray(threads.clockState, [...filter.clocks]),
    filter.intent ? d.jsonHas(threads.intents, filter.intent) : undefined,
    filter.lang ? eq(threads.lang, value('lang')) : undefined,
    filter.kind ? eq(threads.kind, value('kind')) : undefined,
    filter.tag ? hasTag(t, value('tag')) : undefined,
    filter.queryId ? isCaught(t, value('queryId')) : undefined,
    filter.groupId ? isCaughtByGroup(t, value('groupId')) : undefined,
    filter.topic ? hasTopic(t, value('topic')) : undefined,
    filter.replied === undefined
      ? undefined
      : filter.replied
        ? isNotNull(threads.lastReplyAt)
        : isNull(threads.lastReplyAt),
    filter.maxRating === undefined ? undefined : lte(threads.ratingUnit, value('maxRating')),
    filter.unrated ? isNull(threads.ratingUnit) : undefined,
    filter.hasCustomer === undefined
      ? undefined
      : filter.hasCustomer
        ? isNotNull(threads.customerSeq)
        : isNull(threads.customerSeq),
    filter.customerSeq === undefined ? undefined : eq(threads.customerSeq, value('customerSeq')),
    // A clock without a deadline has no place in the order by deadline.
    filter.sort === 'deadline' ? isNotNull(threads.clockDueAt) : undefined,
    filter.dueBefore === undefined ? undefined : lte(threads.clockDueAt, value('dueBefore')),
    filter.from === undefined ? undefined : gte(threads.lastInboundAt, value('from')),
    filter.to === undefined ? undefined : lt(threads.lastInboundAt, value('to')),
    filter.only ? inArray(threads.seq, onlySlots(filter.only)) : undefined,
    filter.fold ? isUnfolded(t, d, filter) : undefined,
  ]
}

/**
 * Whatever the list is narrowed to, a copy hides only behind an original that is in it: the original is asked the same
 * questions. Few rows are copies, so that the rest pays for one comparison.
 */
function isUnfolded(t: Tables, d: Reader['d'], filter: InboxFilter): SQL {
  // The alias of one spelling of a table serves the other too: it only renames.
  const original = alias(t.threads, 'original') as unknown as Tables['threads']
  const { fold: _, ...same } = filter
  const holds = and(...conditionsOf({ ...t, threads: original }, d, same, {}))
  const found = sql`select 1 from ${t.threads} as "original" where ${original.seq} = ${t.threads.copyOf}${holds ? sql` and ${holds}` : sql``}`
  return sql`(${t.threads.copyOf} is null or not exists (${found}))`
}

/** A mention of the thread was caught by the query, and nobody called it not relevant. */
function isCaught({ threads, mentions, matches, queries }: Tables, id: unknown): SQL {
  return sql`exists (select 1 from ${mentions} join ${matches} on ${matches.mentionSeq} = ${mentions.seq}
    join ${queries} on ${queries.seq} = ${matches.querySeq} and ${queries.id} = ${id}
    where ${mentions.threadSeq} = ${threads.seq})`
}

function isCaughtByGroup({ threads, mentions, matches, queryGroups, queryGroupMembers: members }: Tables, id: unknown) {
  return sql`exists (select 1 from ${mentions} join ${matches} on ${matches.mentionSeq} = ${mentions.seq}
    join ${members} on ${members.querySeq} = ${matches.querySeq}
    join ${queryGroups} on ${queryGroups.seq} = ${members.groupSeq} and ${queryGroups.id} = ${id}
    where ${mentions.threadSeq} = ${threads.seq})`
}

function hasTag({ threads, threadTags, tags }: Tables, name: unknown): SQL {
  const sameTag = sql`${tags.id} = ${threadTags.tagId} and ${tags.name} = ${name}`
  return sql`exists (select 1 from ${threadTags} join ${tags} on ${sameTag} where ${threadTags.threadSeq} = ${threads.seq})`
}

function hasTopic({ threads, mentions, topicMatches, topics }: Tables, name: unknown): SQL {
  const inThread = sql`${mentions.seq} = ${topicMatches.mentionSeq} and ${mentions.threadSeq} = ${threads.seq}`
  const sameTopic = sql`${topics.seq} = ${topicMatches.topicSeq} and ${topics.name} = ${name}`
  return sql`exists (select 1 from ${topicMatches} join ${topics} on ${sameTopic} join ${mentions} on ${inThread})`
}

/** Placeholders in sizes of powers of two, so that few shapes are prepared. */
function onlySlots(only: readonly number[]) {
  return Array.from({ length: slotCount(only) }, (_, index) => sql.placeholder(`only${index}`))
}

function slotCount(only: readonly number[]): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, only.length)))
}

function parametersOf(filter: InboxFilter): Record<string, unknown> {
  const { only, states: _states, clocks: _clocks, ...plain } = filter
  if (!only) return plain
  const slots = Array.from({ length: slotCount(only) }, (_, index) => [`only${index}`, only[index] ?? -1])
  return { ...plain, ...Object.fromEntries(slots) }
}

/** Names what is in the WHERE, never the values: one prepared statement a shape. */
function shapeOf(filter: InboxFilter, walk: Walk): string {
  const present = Object.entries(filter)
    .filter(([key, value]) => value !== undefined && key !== 'states' && key !== 'clocks' && key !== 'only')
    .map(([key, value]) => (valueInShape.has(key) || value === null ? `${key}=${value}` : key))
    .toSorted()
  const only = filter.only ? [`only${slotCount(filter.only)}`] : []
  const states = walk.state || !filter.states ? [] : [`s:${filter.states.join('+')}`]
  const clocks = walk.clock || !filter.clocks ? [] : [`c:${filter.clocks.join('+')}`]
  return [...Object.keys(walk), ...states, ...clocks, ...only, ...present].join(',')
}
/** These are written into the statement instead of being bound. */
const valueInShape = new Set(['fold', 'sentiment', 'tone', 'intent', 'replied', 'hasCustomer', 'unrated', 'sort'])
