import type { ConnectorErrorKind } from '../../domain/source.ts'
import type { Kit } from '../kit.ts'
import type { CoverageKind } from '../../domain/coverage.ts'
import type { SourceState } from '../../domain/source.ts'
import type { StreamMode } from '../../domain/stream.ts'

export interface SourceError {
  kind: ConnectorErrorKind | 'defect'
  message: string
  at: number
}

/** What is usual for a source, learned from its own past (domain/freshness); kept for its page. */
export interface SourceFreshness {
  /** How it was learned: hours that were read, and items in them. */
  hours: number
  items: number
  /** Usual time between items over a week, seconds. */
  expectedSeconds: number
  /** Platform time of the newest item, epoch ms. */
  newestAt: number
  /** When silence becomes an alarm unless something comes, epoch ms. */
  alarmAt: number
  /** Platform time to arrival, seconds; absent without items that arrived live. */
  lagP50?: number
  lagP95?: number
}

/** What became of a gap: not tried yet, being read, read wholly, read in part, or never to be read again. */
export type GapState = 'open' | 'reading' | 'filled' | 'partly' | 'lost'

/** What a source's settings may override of the manifest's declarations (self-hosted servers, paid tiers, tests). */
export interface SourceSettings {
  limits?: { requests: number; perSeconds: number; scope: 'account' | 'connector' }[]
  readLagSeconds?: number
  /** False: mentions of this source open no response clock. */
  clock?: boolean
  /** Listen to the platform's stream; absent: as the connector suggests. */
  stream?: boolean
  /** Read gaps again: absent: as the connector's manifest says (not by itself where it costs money). */
  backfill?: boolean
}

/** Connections to platforms, what was read from them, and what could not be. */
export function sourceTables(k: Kit) {
  const sources = k.table(
    'sources',
    {
      id: k.id('id').primaryKey(),
      connector: k.text('connector').notNull(),
      /** From `check`; with the connector it makes the source unique. */
      account: k.text('account').notNull(),
      name: k.text('name').notNull(),
      /** Config without its secrets. */
      config: k.json<Record<string, unknown>>('config').notNull(),
      /** Sealed JSON of the secret config keys. */
      secrets: k.text('secrets'),
      /** Sealed JSON: login session and rotated tokens, written by the connector. */
      session: k.text('session'),
      settings: k.json<SourceSettings>('settings').notNull(),
      state: k.text('state').$type<SourceState>().notNull(),
      cursor: k.json<unknown>('cursor'),
      intervalSeconds: k.int('interval_seconds').notNull(),
      nextPollAt: k.time('next_poll_at').notNull(),
      lastPollAt: k.time('last_poll_at'),
      lastSuccessAt: k.time('last_success_at'),
      lastItemAt: k.time('last_item_at'),
      /** Items created before this are history: they never open clocks. */
      connectedAt: k.time('connected_at').notNull(),
      lastError: k.json<SourceError>('last_error'),
      errorCount: k.int('error_count').notNull().default(0),
      freshness: k.json<SourceFreshness>('freshness'),
      /** Polls succeed and bring nothing, for longer than chance explains: since when it is an alarm. */
      silentSince: k.time('silent_since'),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by'),
    },
    (t) => [
      k.uniqueIndex('sources_account').on(t.connector, t.account),
      k.index('sources_due').on(t.state, t.nextPollAt),
    ],
  )
  /** How the stream of a source stands. Apart from the source, because it changes with every batch. */
  const sourceStreams = k.table('source_streams', {
    sourceId: k
      .id('source_id')
      .primaryKey()
      .references(() => sources.id, { onDelete: 'cascade' }),
    /** Of the run that may write: one that lost its lease finds another's here and ends. */
    owner: k.text('owner').notNull(),
    cursor: k.json<unknown>('cursor'),
    mode: k.text('mode').$type<StreamMode>().notNull(),
    /** Why it is polled instead. */
    reason: k.text('reason'),
    modeAt: k.time('mode_at').notNull(),
    /** A poll must have read beyond this before the stream alone is enough; null: nothing is missing. */
    waitsForPollTo: k.time('waits_for_poll_to'),
    /** Platform time up to which the stream has been read. */
    readTo: k.time('read_to'),
    failures: k.int('failures').notNull().default(0),
  })
  /** Persistent request budget, one row a bucket (source, or connector where the limit is per address). */
  const rateBuckets = k.table('rate_buckets', {
    key: k.id('key').primaryKey(),
    state: k.json<unknown>('state').notNull(),
    blockedUntil: k.time('blocked_until').notNull().default(0),
    updatedAt: k.time('updated_at').notNull(),
  })
  /** Which intervals of platform time have really been read. Touching intervals are merged on write. */
  const coverage = k.table(
    'coverage',
    {
      seq: k.seq('seq'),
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id, { onDelete: 'cascade' }),
      fromAt: k.time('from_at').notNull(),
      toAt: k.time('to_at').notNull(),
      /** read: what was read. gap: known not to have been read. The rest says why nothing could be. */
      kind: k.text('kind').$type<CoverageKind>().notNull(),
      reason: k.text('reason'),
      /** Of a gap. */
      fill: k.text('fill').$type<GapState>(),
      /** Where reading the gap again goes on. */
      fillCursor: k.json<unknown>('fill_cursor'),
      /** When its state was set last. */
      filledAt: k.time('filled_at'),
    },
    (t) => [k.index('coverage_source').on(t.sourceId, t.kind, t.toAt)],
  )
  /** Items by hour of platform time: what is usual for a source is learned from these. */
  const sourceHours = k.table(
    'source_hours',
    {
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id, { onDelete: 'cascade' }),
      /** Whole hours since 1970. */
      hour: k.int('hour').notNull(),
      count: k.int('count').notNull(),
      newestAt: k.time('newest_at').notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.sourceId, t.hour] })],
  )
  /** Single records that could not be read, with their raw form. The stream went on without them. */
  const quarantine = k.table(
    'quarantine',
    {
      id: k.id('id').primaryKey(),
      sourceId: k
        .id('source_id')
        .notNull()
        .references(() => sources.id, { onDelete: 'cascade' }),
      raw: k.text('raw').notNull(),
      error: k.text('error').notNull(),
      createdAt: k.time('created_at').notNull(),
    },
    (t) => [k.index('quarantine_source').on(t.sourceId, t.createdAt)],
  )
  return { sources, sourceStreams, rateBuckets, coverage, sourceHours, quarantine }
}
