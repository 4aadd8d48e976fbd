import type { IntentLabel, Sentiment } from '../src/domain/classification.ts'
import { intentLabels } from '../src/domain/classification.ts'
import type { ReplyState } from '../src/domain/reply.ts'
import type { ClockState, ThreadState } from '../src/domain/thread.ts'
import { threadStates } from '../src/domain/thread.ts'
import type { Channel, Direction, Stage } from '../src/domain/touchpoint.ts'
import { channels, stages } from '../src/domain/touchpoint.ts'

/** Vocabulary shared by the view models. Plain data: the web layer builds it, components only show it. */

export type Section =
  | 'inbox'
  | 'customers'
  | 'queries'
  | 'understanding'
  | 'reports'
  | 'sources'
  | 'settings'
  | 'status'
  | 'none'
export type Theme = 'system' | 'light' | 'dark'

/** The frame around every signed-in page. */
export interface ShellModel {
  workspace: string
  user: { id: string; name: string }
  section: Section
  /** Threads that need somebody: the badge at Inbox. */
  inboxCount: number
  health: { total: number; failing: number; paused: number; silent?: number | undefined }
  flash: Flash[]
  theme: Theme
  demo: boolean
  /** The query in the search box. */
  search: string
  /** Where `/events` replays from. */
  lastEventId?: string | undefined
}

export interface Flash {
  tone: 'good' | 'warn' | 'bad' | 'info'
  /** A finished sentence from the catalogue. */
  text: string
  action?: { label: string; href: string } | undefined
}

export type Intent = IntentLabel
export { channels, intentLabels as intents, stages, threadStates }
export type { Channel, Direction, Sentiment, Stage, ThreadState }

/** A piece of remote text. `mark`: a matched term. `href`: a link found by us (only http and https are shown as links). */
export interface TextSpan {
  text: string
  mark?: boolean | undefined
  href?: string | undefined
}

export interface AuthorModel {
  name: string
  /** As the platform writes it, without a leading @. */
  handle: string
  /** Through our own proxy only. */
  avatarUrl?: string | undefined
  url?: string | undefined
  followers?: number | undefined
  bio?: string | undefined
  location?: string | undefined
  isBot?: boolean | undefined
}

/** Which source it came through. `network` is the platform name written to mentions (mastodon, bluesky, steam …). */
export interface SourceRef {
  id: string
  name: string
  network: string
}

export interface Rating {
  raw: number
  best: number
  worst: number
  kind: 'stars' | 'thumb' | 'points'
}

/** See spec/response-times 4.3. Times are epoch ms, spans seconds. */
export interface ClockModel {
  metric: 'first_response' | 'next_response'
  /** running: the view says itself when it is at risk (three quarters used, or 15 minutes left). */
  state: Exclude<ClockState, 'none'>
  startedAt: number
  dueAt?: number | undefined
  stoppedAt?: number | undefined
  /** Counted span so far or in the end. */
  elapsedSeconds: number
  targetSeconds?: number | undefined
  /** Name of the calendar; absent: counts around the clock. */
  calendar?: string | undefined
  /** Outside opening hours now. */
  pausedUntil?: number | undefined
  /** Why it was cancelled. */
  reason?: string | undefined
  /** Our sources' share of the wait: time between writing and arrival here. */
  ingestLagSeconds?: number | undefined
}

export interface Option {
  value: string
  label: string
  count?: number | undefined
}

/** Errors by field name; the key '' belongs to the whole form. */
export type FormErrors = Record<string, string>

export interface Pager {
  prev?: string | undefined
  next?: string | undefined
}

export interface EvidenceModel {
  kind: EvidenceKind
  /** The handle, domain, name … that spoke. */
  value: string
  /** When it was verified. */
  at?: number | undefined
  bits?: number | undefined
}
export const evidenceKinds = [
  'account',
  'handle',
  'domain',
  'verified_url',
  'email',
  'phone',
  'name',
  'location',
  'manual',
  'prior',
  'other',
] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

export interface TouchpointModel {
  id: string
  at: number
  channel: Channel
  /** out: by us. */
  direction: Direction
  stage?: Stage | undefined
  /** First words or subject. */
  text: string
  source?: SourceRef | undefined
  threadId?: string | undefined
  sentiment?: Sentiment | undefined
  rating?: Rating | undefined
  /** Who of us did it or wrote it down. */
  by?: string | undefined
  replyState?: ReplyState | undefined
}
