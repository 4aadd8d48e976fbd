import type { IncomingMention } from '../../domain/mention.ts'
import type { ReplyState } from '../../domain/reply.ts'
import type { Kit } from '../kit.ts'
import type { mentionTables } from './mentions.ts'
import type { peopleTables } from './people.ts'
import type { sourceTables } from './sources.ts'

export interface ReplyError {
  kind: string
  message: string
  at: number
}

/** Replies on their way (the outbox), drafts, jobs, and the log that every duration is computed from. */
export function workTables(
  k: Kit,
  { users }: ReturnType<typeof peopleTables>,
  { sources }: ReturnType<typeof sourceTables>,
  { threads, mentions }: ReturnType<typeof mentionTables>,
) {
  const replies = k.table(
    'replies',
    {
      /** Also the idempotency key of every attempt. */
      id: k.id('id').primaryKey(),
      threadSeq: k
        .ref('thread_seq')
        .notNull()
        .references(() => threads.seq),
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq),
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id),
      /** Null for replies written in the platform's own app. */
      userId: k.id('user_id').references(() => users.id),
      actor: k.text('actor').$type<'person' | 'external' | 'automation'>().notNull(),
      text: k.text('text').notNull(),
      state: k.text('state').$type<ReplyState>().notNull(),
      /** When the person pressed Send. */
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
      scheduledAt: k.time('scheduled_at'),
      attempts: k.int('attempts').notNull().default(0),
      /** Start of the last attempt: written before the call. */
      attemptedAt: k.time('attempted_at'),
      /** Fruitless looks since the last attempt of unknown outcome (0…2), and verified resends so far. */
      looks: k.int('looks').notNull().default(0),
      resends: k.int('resends').notNull().default(0),
      externalId: k.text('external_id'),
      uri: k.text('uri'),
      url: k.text('url'),
      /** The platform's time of acceptance. */
      sentAt: k.time('sent_at'),
      error: k.json<ReplyError>('error'),
    },
    (t) => [
      k.index('replies_thread').on(t.threadSeq, t.createdAt),
      k.index('replies_state').on(t.state, t.updatedAt),
      k.index('replies_external').on(t.sourceId, t.externalId),
    ],
  )
  /** Own answers seen before the item that they answer (newest-first platforms): attached when it arrives. */
  const orphanReplies = k.table(
    'orphan_replies',
    {
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id, { onDelete: 'cascade' }),
      externalId: k.text('external_id').notNull(),
      parentExternalId: k.text('parent_external_id').notNull(),
      item: k.json<IncomingMention>('item').notNull(),
      seenAt: k.time('seen_at').notNull(),
    },
    (t) => [
      k.primaryKey({ columns: [t.sourceId, t.externalId] }),
      k.index('orphan_replies_parent').on(t.parentExternalId),
    ],
  )
  const drafts = k.table(
    'drafts',
    {
      threadSeq: k
        .ref('thread_seq')
        .notNull()
        .references(() => threads.seq, { onDelete: 'cascade' }),
      userId: k
        .id('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      text: k.text('text').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.threadSeq, t.userId] })],
  )
  const jobs = k.table(
    'jobs',
    {
      seq: k.seq('seq'),
      kind: k.text('kind').notNull(),
      /** At most one open job per (kind, key). */
      key: k.text('key').notNull(),
      /** Jobs of one lane run one after the other (one source, one conversation). */
      lane: k.text('lane').notNull().default(''),
      payload: k.json<unknown>('payload').notNull(),
      runAt: k.time('run_at').notNull(),
      attempts: k.int('attempts').notNull().default(0),
      leasedUntil: k.time('leased_until').notNull().default(0),
      leaseToken: k.text('lease_token'),
      lastError: k.text('last_error'),
      createdAt: k.time('created_at').notNull(),
    },
    (t) => [k.uniqueIndex('jobs_key').on(t.kind, t.key), k.index('jobs_due').on(t.runAt, t.leasedUntil)],
  )
  /** Append-only. Times are those of the fact (platform time), `seq` is the order of learning. */
  const events = k.table(
    'events',
    {
      seq: k.seq('seq'),
      at: k.time('at').notNull(),
      recordedAt: k.time('recorded_at').notNull(),
      kind: k.text('kind').notNull(),
      threadSeq: k.ref('thread_seq'),
      mentionSeq: k.ref('mention_seq'),
      replyId: k.id('reply_id'),
      /** 'customer', 'system', 'external' or a user id. */
      actor: k.text('actor').notNull(),
      data: k.json<Record<string, unknown>>('data'),
    },
    (t) => [k.index('events_thread').on(t.threadSeq, t.seq)],
  )
  const counters = k.table('counters', {
    key: k.id('key').primaryKey(),
    value: k.int('value').notNull(),
  })
  /** Mentions a day (UTC), source, query (0: all) and tone as `countedTone` writes it. */
  const volumeRollup = k.table(
    'volume_rollup',
    {
      querySeq: k.ref('query_seq').notNull(),
      day: k.int('day').notNull(),
      sourceId: k.id('source_id').notNull(),
      sentiment: k.text('sentiment').notNull(),
      count: k.int('count').notNull(),
      /** Of these, how many repeat an earlier one. */
      copies: k.int('copies').notNull().default(0),
    },
    (t) => [k.primaryKey({ columns: [t.querySeq, t.day, t.sourceId, t.sentiment] })],
  )
  /** Log-bucket histogram of first-response durations by day of the start (cohort), wall clock. */
  const responseRollup = k.table(
    'response_rollup',
    {
      day: k.int('day').notNull(),
      sourceId: k.id('source_id').notNull(),
      /** 'response' (customer-perceived), 'ingest' (our lag), 'late' counts. */
      metric: k.text('metric').notNull(),
      bucket: k.int('bucket').notNull(),
      count: k.int('count').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.day, t.sourceId, t.metric, t.bucket] })],
  )
  const audit = k.table(
    'audit',
    {
      seq: k.seq('seq'),
      at: k.time('at').notNull(),
      actor: k.text('actor').notNull(),
      action: k.text('action').notNull(),
      object: k.text('object').notNull(),
      data: k.json<Record<string, unknown>>('data'),
      ip: k.text('ip').notNull().default(''),
      /** SHA-256 over the previous hash and this row. */
      hash: k.text('hash').notNull(),
    },
    (t) => [k.index('audit_object').on(t.object, t.seq)],
  )
  const settings = k.table('settings', {
    key: k.id('key').primaryKey(),
    value: k.json<unknown>('value').notNull(),
    updatedAt: k.time('updated_at').notNull(),
  })
  const savedViews = k.table('saved_views', {
    id: k.id('id').primaryKey(),
    userId: k.id('user_id').references(() => users.id, { onDelete: 'cascade' }),
    name: k.text('name').notNull(),
    filter: k.json<Record<string, string>>('filter').notNull(),
    position: k.int('position').notNull(),
    createdAt: k.time('created_at').notNull(),
  })
  return {
    replies,
    orphanReplies,
    drafts,
    jobs,
    events,
    counters,
    volumeRollup,
    responseRollup,
    audit,
    settings,
    savedViews,
  }
}
