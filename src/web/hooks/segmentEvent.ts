import { createHash } from 'node:crypto'
import { z } from 'zod'
import { epochMs } from '../../connector/mentionSchema.ts'
import type { Stage } from '../../domain/touchpoint.ts'
import type { CustomerFields, NewIdentity } from '../../store/customers.ts'
import { anonymousPlatform, type Visitor } from '../../store/identify.ts'
import type { ReportedTouchpoint } from '../../store/touchpoints.ts'

export const segmentTypes = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const

const id = z.union([z.string(), z.number().transform(String)]).transform((text) => text.trim().slice(0, 300))
const bag = z.record(z.string(), z.unknown())
const moment = z.union([z.string(), z.number()])

/** One call of the published protocol (HTTP tracking API). What we do not know is left alone. */
export const segmentEvent = z
  .object({
    type: z.enum(segmentTypes),
    messageId: id.optional(),
    userId: id.nullish(),
    anonymousId: id.nullish(),
    previousId: id.nullish(),
    groupId: id.nullish(),
    event: z.string().max(1000).optional(),
    name: z.string().max(1000).nullish(),
    traits: bag.nullish(),
    properties: bag.nullish(),
    context: z.object({ traits: bag.nullish(), page: bag.nullish() }).nullish(),
    timestamp: moment.optional(),
    originalTimestamp: moment.optional(),
    sentAt: moment.optional(),
  })
  .refine(({ userId, anonymousId }) => userId || anonymousId, 'needs userId or anonymousId')
  .refine(({ type, event }) => type !== 'track' || event, 'needs event')
  .refine(({ type, previousId }) => type !== 'alias' || previousId, 'needs previousId')
export type SegmentEvent = z.output<typeof segmentEvent>

export function visitorOf(event: SegmentEvent): Visitor {
  const email = text(traitsOf(event)['email'])
  return {
    userId: event.userId || undefined,
    anonymousId: event.anonymousId || undefined,
    email: email && /^\S+@\S+\.\S+$/.test(email) ? email : undefined,
  }
}

function traitsOf({ type, traits, context }: SegmentEvent): Record<string, unknown> {
  // The traits of a group are the company's.
  return type === 'group' ? (context?.traits ?? {}) : (traits ?? context?.traits ?? {})
}

/** The reserved traits; the others are not kept. */
export function fieldsOf(event: SegmentEvent): Partial<CustomerFields> {
  const traits = traitsOf(event)
  const both = [text(traits['firstName']), text(traits['lastName'])].filter(Boolean).join(' ')
  const name = text(traits['name']) ?? (both || undefined)
  const company = event.type === 'group' ? text(event.traits?.['name']) : companyOf(traits['company'])
  const location = addressOf(traits['address'])
  const tier = text(traits['plan'])
  return { ...(name && { name }), ...(company && { company }), ...(location && { location }), ...(tier && { tier }) }
}

export function identitiesOf(event: SegmentEvent): NewIdentity[] {
  const { email } = visitorOf(event)
  const phone = text(traitsOf(event)['phone'])
  const browsers = [event.anonymousId, event.type === 'alias' ? event.previousId : undefined]
  return [
    ...(email ? [{ kind: 'email' as const, platform: '', value: email }] : []),
    ...(phone ? [{ kind: 'phone' as const, platform: '', value: phone }] : []),
    ...browsers.flatMap((value): NewIdentity[] =>
      value ? [{ kind: 'account', platform: anonymousPlatform, value }] : [],
    ),
  ]
}

/** undefined for calls that are about the person and not an interaction. */
export function touchpointOf(event: SegmentEvent, now: number): ReportedTouchpoint | undefined {
  if (event.type !== 'track' && event.type !== 'page' && event.type !== 'screen') return undefined
  return {
    channel: event.type === 'screen' ? 'product' : 'website',
    direction: 'in',
    stage: stageOf(event),
    occurredAt: occurredAt(event, now),
    summary: summaryOf(event).slice(0, 300),
    externalKey: keyOf(event),
    data: { type: event.type, ...(event.properties ? { properties: event.properties } : {}) },
  }
}

/** Names of the published e-commerce events; everything else by where it happened. */
function stageOf({ type, event = '' }: SegmentEvent): Stage {
  if (/^(order (completed|updated)|payment info entered|subscription started)$/i.test(event)) return 'purchase'
  if (/^(order (refunded|cancelled)|product reviewed)$/i.test(event)) return 'after_sales'
  if (/^(product|cart|checkout|coupon|wishlist)\b/i.test(event)) return 'consideration'
  if (type === 'page') return 'awareness'
  return type === 'screen' ? 'use' : 'consideration'
}

function summaryOf({ type, event, name, properties, context }: SegmentEvent): string {
  if (type === 'track') return event ?? ''
  const page = context?.page ?? {}
  const found = [name, properties?.['title'], properties?.['path'], page['title'], page['path']].map(text)
  return found.find((one) => one !== undefined) ?? type
}

/** The clock of a browser may be wrong: what counts is how long before the sending it happened. */
function occurredAt({ timestamp, originalTimestamp, sentAt }: SegmentEvent, now: number): number {
  const at = epochMs(originalTimestamp ?? timestamp ?? now) ?? now
  const sent = sentAt === undefined ? undefined : epochMs(sentAt)
  const corrected = sent === undefined ? at : now - Math.max(0, sent - at)
  return Math.min(corrected, now)
}

/** Libraries send again when no answer came: the message id makes it one. */
function keyOf(event: SegmentEvent): string {
  const { sentAt: _, ...content } = event
  const own = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
  return `segment:${event.messageId ?? own}`
}

function companyOf(value: unknown): string | undefined {
  return text(typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : value)
}

function addressOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return text(value)
  const { city, country } = value as { city?: unknown; country?: unknown }
  return [text(city), text(country)].filter(Boolean).join(', ') || undefined
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  return String(value).trim().slice(0, 300) || undefined
}
