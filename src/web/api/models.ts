import type { z } from 'zod'
import { isMixed } from '../../domain/classification.ts'
import { reachOf } from '../../domain/reach.ts'
import type { CoverageModel } from '../../../views/parts/charts/CoverageBar.tsx'
import type { Customer, Identity } from '../../store/customers.ts'
import type { InboxRow } from '../../store/inbox.ts'
import type { ListedMention } from '../../store/mentionList.ts'
import type { ListeningQuery } from '../../store/queries.ts'
import type { Source } from '../../store/sources.ts'
import type { Tables } from '../../store/tables/all.ts'
import type { Touchpoint } from '../../store/touchpoints.ts'
import type { listLabels } from '../../store/labels.ts'
import { modelFormat, type ModelVersion } from '../../store/models.ts'
import { askedLayer, type Rejudgement } from '../../store/rejudgements.ts'
import type { TermRule } from '../../store/termRules.ts'
import { iso } from './route.ts'
import type {
  correctionSchema,
  modelVersionSchema,
  rejudgementSchema,
  termRuleSchema,
  coverageSchema,
  customerSchema,
  mentionSchema,
  querySchema,
  replySchema,
  sourceSchema,
  threadSchema,
  touchpointSchema,
} from './schemas.ts'

/** Rows of the database as the API says them: named one by one, so that a new column never leaks. */
export function mentionModel({ mention: one, author, threadId }: ListedMention): z.input<typeof mentionSchema> {
  return {
    id: one.id,
    threadId,
    platform: one.platform,
    externalId: one.externalId,
    url: one.url,
    kind: one.kind,
    author: { externalId: author.externalId, handle: author.handle, name: author.name, url: author.url },
    title: one.title,
    text: one.text,
    lang: one.lang ?? one.langDeclared,
    sentiment: one.sentiment,
    intents: one.intents?.map(({ label }) => label) ?? null,
    urgency: one.urgency,
    confidence: one.confidence,
    unsure: one.classification?.unsure ?? false,
    mixed: isMixed(one.classification),
    emotion: one.classification?.emotion ?? null,
    offensive: one.classification?.offensive ?? null,
    spam: one.classification?.spam ?? null,
    judgedBy: one.sentiment === null ? null : judgedBy(one),
    rating: one.ratingUnit,
    reach: reachOf({ views: one.metrics?.views ?? null, followers: author.followers }) ?? null,
    isCopy: one.copyOf !== null,
    createdAt: iso(one.createdAt),
    ingestedAt: iso(one.ingestedAt),
    editedAt: iso(one.editedAt),
    deletedAt: iso(one.deletedAt),
  }
}

function judgedBy({ model, classification }: ListedMention['mention']) {
  const { human, rules = [], layer } = classification ?? {}
  return {
    model,
    layer: layerOf(human?.sentiment !== undefined, rules.length > 0, layer),
    rules: rules.map(({ id }) => id),
  }
}

type JudgedLayer = NonNullable<z.input<typeof mentionSchema>['judgedBy']>['layer']

function layerOf(isHuman: boolean, isRuled: boolean, layer: string | undefined): JudgedLayer {
  if (isHuman) return 'person'
  if (layer === askedLayer) return 'asked'
  if (layer === '3') return isRuled ? 'rule' : 'same words'
  return layer === '2' ? 'learned' : 'model'
}

export function threadModel(row: InboxRow): z.input<typeof threadSchema> {
  return {
    id: row.id,
    platform: row.platform,
    source: { id: row.sourceId, name: row.sourceName },
    kind: row.kind,
    state: row.state,
    author: { handle: row.authorHandle, name: row.authorName },
    customerName: row.customerName,
    assigneeId: row.assigneeId,
    tags: row.tags,
    lang: row.lang,
    sentiment: row.sentiment,
    intents: row.intents,
    urgency: row.urgency,
    mentionCount: row.mentionCount,
    copies: row.copies,
    excerpt: row.excerpt,
    clock: {
      state: row.clockState,
      startedAt: iso(row.clockStartedAt),
      dueAt: iso(row.clockDueAt),
      stoppedAt: iso(row.clockStoppedAt),
    },
    lastInboundAt: iso(row.lastInboundAt),
    lastReplyAt: iso(row.lastReplyAt),
  }
}

export function replyModel(one: Tables['replies']['$inferSelect'], threadId: string): z.input<typeof replySchema> {
  return {
    id: one.id,
    threadId,
    actor: one.actor,
    userId: one.userId,
    text: one.text,
    state: one.state,
    url: one.url,
    error: one.error?.message ?? null,
    createdAt: iso(one.createdAt),
    sentAt: iso(one.sentAt),
  }
}

export function customerModel(one: Customer, identities: Identity[]): z.input<typeof customerSchema> {
  return {
    id: one.id,
    name: one.name,
    company: one.company,
    tier: one.tier,
    location: one.location,
    preferredChannel: one.preferredChannel,
    notes: one.notes,
    externalRef: one.externalRef,
    custom: one.custom,
    identities: identities
      .filter(({ customerSeq }) => customerSeq === one.seq)
      .map(({ kind, platform, value }) => ({ kind, platform, value })),
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
  }
}

export function touchpointModel(one: Touchpoint): z.input<typeof touchpointSchema> {
  const { id, channel, direction, stage, summary, externalKey, data } = one
  return { id, channel, direction, stage, occurredAt: iso(one.occurredAt), summary, externalKey, data }
}

/** `config` never holds a secret: those are sealed apart. */
export function sourceModel(one: Source): z.input<typeof sourceSchema> {
  const { id, connector, account, name, config, state, intervalSeconds, lastError } = one
  return {
    id,
    connector,
    account,
    name,
    config,
    state,
    intervalSeconds,
    nextPollAt: iso(one.nextPollAt),
    lastSuccessAt: iso(one.lastSuccessAt),
    freshness: one.freshness && {
      expectedSeconds: one.freshness.expectedSeconds,
      newestAt: iso(one.freshness.newestAt),
      alarmAt: iso(one.freshness.alarmAt),
      lagP50Seconds: one.freshness.lagP50 ?? null,
      lagP95Seconds: one.freshness.lagP95 ?? null,
    },
    silentSince: iso(one.silentSince),
    lastError: lastError && { kind: lastError.kind, message: lastError.message, at: iso(lastError.at) },
  }
}

export function coverageBody({ from, to, since, covered, holes }: CoverageModel): z.input<typeof coverageSchema> {
  return {
    from: iso(from),
    to: iso(to),
    since: iso(since),
    read: covered.map((one) => ({ from: iso(one.from), to: iso(one.to) })),
    holes: holes.map(({ cause, reason, fill, ...one }) => ({
      from: iso(one.from),
      to: iso(one.to),
      cause,
      reason: reason ?? null,
      fill: fill ?? null,
    })),
  }
}

export function queryModel(one: ListeningQuery): z.input<typeof querySchema> {
  const { id, name, text, kind, settings, isActive, version } = one
  return {
    id,
    name,
    text,
    kind,
    stem: settings.stem,
    fold: settings.fold,
    isActive,
    version,
    createdAt: iso(one.createdAt),
    updatedAt: iso(one.updatedAt),
  }
}

export function correctionModel({
  entry: one,
  mentionId,
  threadId,
}: Awaited<ReturnType<typeof listLabels>>[number]): z.input<typeof correctionSchema> {
  return {
    mentionId,
    threadId,
    kind: one.kind,
    sentiment: one.sentiment,
    intents: one.intents,
    shown: {
      sentiment: one.shownSentiment,
      intents: one.shownIntents,
      confidence: one.shownConfidence,
      model: one.shownModel,
    },
    userId: one.userId,
    via: one.via,
    at: iso(one.at),
  }
}

export function ruleModel(one: TermRule): z.input<typeof termRuleSchema> {
  const { id, query, effect, isActive, version } = one
  return { id, query, effect, isActive, version, createdAt: iso(one.createdAt), updatedAt: iso(one.updatedAt) }
}

export function versionModel(one: ModelVersion): z.input<typeof modelVersionSchema> {
  const { id, name, state, figures } = one
  const { reason, corrections, acceptances, base = null, champion = null, challenger = null, calibration } = figures
  return {
    id,
    name,
    state,
    reason,
    usable: state !== 'refused' && one.hasDelta === 1 && one.format === modelFormat,
    corrections,
    acceptances,
    base,
    champion,
    challenger,
    calibrationError: calibration ? { before: calibration.before, after: calibration.after } : null,
    createdAt: iso(one.createdAt),
    activatedAt: iso(one.activatedAt),
  }
}

export function rejudgementModel(one: Rejudgement): z.input<typeof rejudgementSchema> {
  const { id, state, stale, judged, changed, moves } = one
  const { createdAt, startedAt, finishedAt } = one
  return {
    id,
    state,
    stale,
    judged,
    changed,
    moves,
    createdAt: iso(createdAt),
    startedAt: iso(startedAt),
    finishedAt: iso(finishedAt),
  }
}
