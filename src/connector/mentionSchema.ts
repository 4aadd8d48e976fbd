import { createHash } from 'node:crypto'
import { z } from 'zod'
import { mentionKinds, type IncomingMention } from '../domain/mention.ts'
import { cleanText } from './plainText.ts'

/**
 * The written form of a mention, for webhooks and import files: the fields of IncomingMention, and what people find
 * easier to write: ids as numbers, times as ISO 8601 or epoch seconds or milliseconds, the author as a name alone, a
 * rating as a number of stars. Unknown keys are ignored. Throws Error with one sentence that names the fields.
 * Without an externalId one is derived from the content, so that the same record twice is one mention.
 */
export function parseMention(
  raw: unknown,
  fallback: { externalId?: string; createdAt?: number } = {},
): IncomingMention {
  const parsed = written.safeParse(raw)
  if (!parsed.success) throw new Error(sentenceOf(parsed.error), { cause: parsed.error })
  const given = withoutUndefined(parsed.data)
  const createdAt = given.createdAt ?? fallback.createdAt
  if (createdAt === undefined) throw new Error('createdAt: is missing')
  if (!given.text && !given.title && !given.review?.rating) throw new Error('text: is missing')
  const externalId = given.externalId ?? fallback.externalId ?? derivedId(given, createdAt)
  const author = given.author ?? { externalId: `unknown-${externalId}`, handle: 'unknown' }
  return {
    ...given,
    externalId,
    createdAt,
    author,
    text: given.text ?? '',
    kind: given.kind ?? (given.review ? 'review' : given.parentId ? 'reply' : 'post'),
    raw,
  } as IncomingMention
}

const text = (max: number) => z.string().max(max).transform(cleanText)
const word = text(2000).pipe(z.string().trim().min(1))
const id = z.union([word, z.number().int().transform(String)])
const url = z.url({ protocol: /^https?$/ }).max(4000)
const count = z.number().nonnegative()
const time = z.union([z.number(), z.string()]).transform((value, context) => {
  const at = epochMs(value)
  if (at !== undefined) return at
  context.addIssue({ code: 'custom', message: 'is not a time (ISO 8601 or epoch)' })
  return z.NEVER
})

const author = z.union([
  word.transform((name) => ({ externalId: name, handle: name })),
  z
    .object({
      externalId: id.optional(),
      handle: word.optional(),
      name: text(500).optional(),
      url: url.optional(),
      avatarUrl: url.optional(),
      followers: count.optional(),
      bio: text(10_000).optional(),
      location: text(500).optional(),
      isBot: z.boolean().optional(),
    })
    .refine(({ externalId, handle, name }) => externalId ?? handle ?? name, 'needs externalId, handle or name')
    .transform((given) => {
      const handle = given.handle?.replace(/^@/, '') ?? given.name ?? given.externalId ?? ''
      return { ...given, externalId: given.externalId ?? handle, handle }
    }),
])

const rating = z.union([
  z
    .number()
    .min(1)
    .max(5)
    .transform((raw) => ({ raw, best: 5, worst: 1, kind: 'stars' as const })),
  z.object({
    raw: z.number(),
    best: z.number().default(5),
    worst: z.number().default(1),
    kind: z.enum(['stars', 'thumb', 'points']).default('stars'),
  }),
])

const review = z.object({
  subject: z
    .object({
      kind: z.enum(['app', 'location', 'product', 'business', 'game', 'extension', 'page']),
      id,
      name: text(500).optional(),
      variant: text(500).optional(),
    })
    .default({ kind: 'business', id: 'default' }),
  rating: rating.optional(),
  version: text(200).optional(),
  verifiedPurchase: z.boolean().optional(),
  ownerReply: z
    .object({
      externalId: id.optional(),
      text: text(1_000_000),
      at: time.optional(),
      state: z.enum(['live', 'pending', 'rejected']).default('live'),
    })
    .optional(),
  identityHints: z
    .object({ email: text(500).optional(), orderRef: text(500).optional(), externalUserId: text(500).optional() })
    .optional(),
})

const written = z.object({
  externalId: id.optional(),
  uri: word.optional(),
  url: url.optional(),
  kind: z.enum(mentionKinds).optional(),
  author: author.optional(),
  title: text(10_000).optional(),
  text: text(1_000_000).optional(),
  lang: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'is not a language tag (BCP 47)')
    .optional(),
  createdAt: time.optional(),
  editedAt: time.optional(),
  parentId: id.optional(),
  rootId: id.optional(),
  media: z
    .array(z.object({ type: z.enum(['image', 'video', 'audio', 'link']), url, alt: text(5000).optional() }))
    .max(100)
    .optional(),
  metrics: z
    .object({
      likes: count.optional(),
      replies: count.optional(),
      reposts: count.optional(),
      quotes: count.optional(),
      views: count.optional(),
    })
    .optional(),
  visibility: z.enum(['public', 'unlisted', 'followers', 'direct']).optional(),
  deleted: z.boolean().optional(),
  shares: z.object({ as: z.enum(['repost', 'quote']), id }).optional(),
  review: review.optional(),
})

/** Epoch ms out of ISO 8601 (without a zone: UTC), epoch seconds or epoch milliseconds, between 1970 and 2100. */
export function epochMs(value: number | string): number | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : value
  const digits = typeof trimmed === 'number' || /^\d{9,14}(\.\d+)?$/.test(trimmed) ? Number(trimmed) : undefined
  const at = digits === undefined ? Date.parse(withZone(String(trimmed))) : digits < 1e11 ? digits * 1000 : digits
  return Number.isFinite(at) && at >= 0 && at < Date.UTC(2100, 0) ? Math.round(at) : undefined
}

function withZone(iso: string): string {
  const local = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/.exec(iso)
  return local ? `${local[1]}T${local[2]}Z` : iso
}

function derivedId(
  given: Pick<z.output<typeof written>, 'url' | 'author' | 'title' | 'text'>,
  createdAt: number,
): string {
  const facts = [given.url, given.author?.externalId, createdAt, given.title, given.text]
  return `h-${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}`
}

function sentenceOf(error: z.ZodError): string {
  const parts = error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`)
  return parts.slice(0, 5).join('; ')
}

/** zod writes absent optionals as undefined keys; the contract has no such keys. */
function withoutUndefined<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
