import { sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { MentionKind, MentionMedia, MentionMetrics, IncomingReview, SharedItem } from '../../domain/mention.ts'
import type { Sentiment, Urgency, IntentScore } from '../../domain/classification.ts'
import type { RuleTrace } from '../../domain/termRule.ts'
import type { Kit } from '../kit.ts'
import type { peopleTables } from './people.ts'
import type { sourceTables } from './sources.ts'
import type { ThreadState, ClockState } from '../../domain/thread.ts'

export interface StoredClassification {
  probabilities?: Record<Sentiment, number>
  langConfidence?: number
  emotion?: { label: string; confidence: number }
  offensive?: number
  spam?: number
  unsure?: boolean
  layer?: string
  /** Rules for words that had a part in it, in their order, and the revision of all of them. */
  rules?: RuleTrace[]
  rulesRevision?: number
  /** Fields that a person has set: never overwritten by a model. */
  human?: { sentiment?: string; intents?: string; urgency?: string }
  /** Set by a person: this repeats nothing. The story that it was taken out of, so that it can be put back. */
  notCopyOf?: number
}

export interface StoredTurn {
  number: number
  state: ClockState
  startedAt: number
  wallMs?: number
  teamMs?: number
}

/**
 * Four or five stars over a negative text, or one or two over a positive one. Also the condition of the index over these
 * few, so a query that says the same reads nothing else.
 */
export function starsDisagree({ ratingUnit, sentiment }: Record<'ratingUnit' | 'sentiment', SQLWrapper>): SQL {
  return sql`((${ratingUnit} >= 0.75 and ${sentiment} = 'negative') or (${ratingUnit} <= 0.25 and ${sentiment} = 'positive'))`
}

/** What was said, by whom, in which conversation. Integer seq = arrival order, uuid id = public. */
export function mentionTables(
  k: Kit,
  { sources }: ReturnType<typeof sourceTables>,
  { users }: ReturnType<typeof peopleTables>,
) {
  const authors = k.table(
    'authors',
    {
      seq: k.seq('seq'),
      platform: k.text('platform').notNull(),
      instance: k.text('instance').notNull().default(''),
      externalId: k.text('external_id').notNull(),
      handle: k.text('handle').notNull(),
      /** Lower case, without a leading @. */
      handleKey: k.text('handle_key').notNull(),
      name: k.text('name'),
      url: k.text('url'),
      avatarUrl: k.text('avatar_url'),
      followers: k.int('followers'),
      bio: k.text('bio'),
      location: k.text('location'),
      verifiedUrls: k.json<string[]>('verified_urls'),
      isBot: k.bool('is_bot'),
      identityHints: k.json<{ email?: string; orderRef?: string; externalUserId?: string }>('identity_hints'),
      customerSeq: k.ref('customer_seq'),
      firstSeenAt: k.time('first_seen_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [
      k.uniqueIndex('authors_external').on(t.platform, t.instance, t.externalId),
      k.index('authors_handle').on(t.platform, t.handleKey),
      k.index('authors_customer').on(t.customerSeq),
    ],
  )
  /** One author's conversation with us under one root: the unit of the inbox, of assignment and of the clock. */
  const threads = k.table(
    'threads',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      platform: k.text('platform').notNull(),
      instance: k.text('instance').notNull().default(''),
      rootExternalId: k.text('root_external_id').notNull(),
      authorSeq: k
        .ref('author_seq')
        .notNull()
        .references(() => authors.seq),
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id),
      customerSeq: k.ref('customer_seq'),
      /** Raised by every inbound item and every reply: what compare-and-set compares. */
      revision: k.int('revision').notNull().default(1),
      state: k.text('state').$type<ThreadState>().notNull(),
      stateReason: k.text('state_reason'),
      snoozedUntil: k.time('snoozed_until'),
      assigneeId: k.id('assignee_id').references(() => users.id),
      lastMentionSeq: k.ref('last_mention_seq'),
      mentionCount: k.int('mention_count').notNull().default(0),
      /** Platform time of the newest inbound item: the order of the inbox. */
      lastInboundAt: k.time('last_inbound_at').notNull(),
      lastReplyAt: k.time('last_reply_at'),
      createdAt: k.time('created_at').notNull(),
      kind: k.text('kind').$type<MentionKind>().notNull(),
      lang: k.text('lang'),
      sentiment: k.text('sentiment').$type<Sentiment>(),
      intents: k.json<string[]>('intents'),
      urgency: k.text('urgency').$type<Urgency>(),
      ratingUnit: k.real('rating_unit'),
      /** First-response clock (domain/responseTime): the stored result of replaying the thread's events. */
      clockState: k.text('clock_state').$type<ClockState>().notNull().default('none'),
      clockStartedAt: k.time('clock_started_at'),
      clockIngestedAt: k.time('clock_ingested_at'),
      clockDueAt: k.time('clock_due_at'),
      clockStoppedAt: k.time('clock_stopped_at'),
      clockTargetMs: k.ref('clock_target_ms'),
      /** What replaying the log gave last: the roll-up of durations is corrected by the difference. */
      turns: k.json<StoredTurn[]>('turns'),
      /** The thread of the original where all that this one says is a copy: it is folded under that one. */
      copyOf: k.ref('copy_of'),
    },
    (t) => [
      k.uniqueIndex('threads_id').on(t.id),
      // The author first: the same index finds the threads of an author.
      k.uniqueIndex('threads_key').on(t.authorSeq, t.rootExternalId, t.platform, t.instance),
      k.index('threads_inbox').on(t.state, t.lastInboundAt, t.seq),
      // What nobody has is found in the inbox soon enough: most new threads are nobody's.
      k
        .index('threads_assignee')
        .on(t.assigneeId, t.state, t.lastInboundAt, t.seq)
        .where(sql`${t.assigneeId} is not null`),
      k.index('threads_source').on(t.sourceId, t.state, t.lastInboundAt, t.seq),
      // The one sentiment that has a view of its own.
      k
        .index('threads_negative')
        .on(t.state, t.lastInboundAt, t.seq)
        .where(sql`${t.sentiment} = 'negative'`),
      k.index('threads_clock').on(t.clockState, t.clockDueAt, t.seq),
      k
        .index('threads_customer')
        .on(t.customerSeq, t.lastInboundAt)
        .where(sql`${t.customerSeq} is not null`),
      k
        .index('threads_copies')
        .on(t.copyOf)
        .where(sql`${t.copyOf} is not null`),
    ],
  )
  const mentions = k.table(
    'mentions',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      platform: k.text('platform').notNull(),
      instance: k.text('instance').notNull().default(''),
      externalId: k.text('external_id').notNull(),
      uri: k.text('uri'),
      url: k.text('url'),
      kind: k.text('kind').$type<MentionKind>().notNull(),
      threadSeq: k
        .ref('thread_seq')
        .notNull()
        .references(() => threads.seq),
      authorSeq: k
        .ref('author_seq')
        .notNull()
        .references(() => authors.seq),
      parentExternalId: k.text('parent_external_id'),
      rootExternalId: k.text('root_external_id').notNull(),
      title: k.text('title'),
      text: k.text('text').notNull(),
      langDeclared: k.text('lang_declared'),
      /** Platform time. */
      createdAt: k.time('created_at').notNull(),
      ingestedAt: k.time('ingested_at').notNull(),
      editedAt: k.time('edited_at'),
      deletedAt: k.time('deleted_at'),
      version: k.int('version').notNull().default(1),
      contentHash: k.text('content_hash').notNull(),
      visibility: k.text('visibility'),
      /** Older than the connection: never opens a clock. */
      isHistory: k.bool('is_history').notNull().default(false),
      isOwn: k.bool('is_own').notNull().default(false),
      metrics: k.json<MentionMetrics>('metrics'),
      media: k.json<MentionMedia[]>('media'),
      review: k.json<IncomingReview>('review'),
      ratingUnit: k.real('rating_unit'),
      replyTo: k.json<Record<string, unknown>>('reply_to'),
      /** Null until enriched: shown at once, marked as not yet classified. */
      enrichedAt: k.time('enriched_at'),
      lang: k.text('lang'),
      sentiment: k.text('sentiment').$type<Sentiment>(),
      sentimentScore: k.real('sentiment_score'),
      confidence: k.real('confidence'),
      intents: k.json<IntentScore[]>('intents'),
      urgency: k.text('urgency').$type<Urgency>(),
      model: k.text('model'),
      classification: k.json<StoredClassification>('classification'),
      /** The item that this one reposts or quotes, as the platform names it. */
      shares: k.json<SharedItem>('shares'),
      /** The mention whose words this one repeats (store/copies); null: an original. */
      copyOf: k.ref('copy_of'),
    },
    (t) => [
      k.uniqueIndex('mentions_id').on(t.id),
      k.uniqueIndex('mentions_external').on(t.platform, t.instance, t.externalId),
      k
        .index('mentions_uri')
        .on(t.uri)
        .where(sql`${t.uri} is not null`),
      k.index('mentions_thread').on(t.threadSeq, t.createdAt),
      // A root is found by its own id.
      k
        .index('mentions_root')
        .on(t.platform, t.rootExternalId)
        .where(sql`${t.rootExternalId} <> ${t.externalId}`),
      k
        .index('mentions_copies')
        .on(t.copyOf)
        .where(sql`${t.copyOf} is not null`),
      k.index('mentions_disagreeing').on(t.seq).where(starsDisagree(t)),
    ],
  )
  /** Each source that saw the item: one post found by search and by notification is one mention. */
  const mentionSources = k.table(
    'mention_sources',
    {
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id),
      seenAt: k.time('seen_at').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.mentionSeq, t.sourceId] }), k.index('mention_sources_source').on(t.sourceId)],
  )
  /** Earlier texts of edited items. */
  const mentionVersions = k.table(
    'mention_versions',
    {
      mentionSeq: k
        .ref('mention_seq')
        .notNull()
        .references(() => mentions.seq, { onDelete: 'cascade' }),
      version: k.int('version').notNull(),
      title: k.text('title'),
      text: k.text('text').notNull(),
      ratingUnit: k.real('rating_unit'),
      seenAt: k.time('seen_at').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.mentionSeq, t.version] })],
  )
  /** Where texts are found again that say the same (text/copies): one number a band, kept for as long as copies are looked for. */
  const copyKeyColumns = () => ({
    key: k.ref('key').primaryKey(),
    mentionSeq: k.ref('mention_seq').notNull(),
    /** Day of arrival, UTC. */
    day: k.int('day').notNull(),
  })
  const copyKeys = k.table('copy_keys', copyKeyColumns())
  /** Those of the newest few thousand mentions. */
  const freshCopyKeys = k.table('fresh_copy_keys', copyKeyColumns())
  const rawPayloads = k.table('raw_payloads', {
    mentionSeq: k.ref('mention_seq').primaryKey(),
    payload: k.text('payload').notNull(),
    storedAt: k.time('stored_at').notNull(),
  })
  const tags = k.table(
    'tags',
    { id: k.id('id').primaryKey(), name: k.text('name').notNull(), createdAt: k.time('created_at').notNull() },
    (t) => [k.uniqueIndex('tags_name').on(t.name)],
  )
  const threadTags = k.table(
    'thread_tags',
    {
      threadSeq: k
        .ref('thread_seq')
        .notNull()
        .references(() => threads.seq, { onDelete: 'cascade' }),
      tagId: k
        .id('tag_id')
        .notNull()
        .references(() => tags.id, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.threadSeq, t.tagId] }), k.index('thread_tags_tag').on(t.tagId, t.threadSeq)],
  )
  const notes = k.table(
    'notes',
    {
      id: k.id('id').primaryKey(),
      threadSeq: k
        .ref('thread_seq')
        .notNull()
        .references(() => threads.seq, { onDelete: 'cascade' }),
      userId: k
        .id('user_id')
        .notNull()
        .references(() => users.id),
      text: k.text('text').notNull(),
      createdAt: k.time('created_at').notNull(),
    },
    (t) => [k.index('notes_thread').on(t.threadSeq, t.createdAt)],
  )
  return {
    authors,
    threads,
    mentions,
    mentionSources,
    mentionVersions,
    copyKeys,
    freshCopyKeys,
    rawPayloads,
    tags,
    threadTags,
    notes,
  }
}
