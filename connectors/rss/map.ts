import { createHash } from 'node:crypto'
import type { IncomingMention, MentionMedia } from '../../src/connector/contract.ts'
import { cleanText, plainText } from '../../src/connector/plainText.ts'
import type { FeedEntry, Markup } from './entry.ts'

export interface MapContext {
  /** The configured address: it makes ids of different feeds different (guids are reused across feeds). */
  feedUrl: string
  /** Where the document really came from; relative links are resolved against it. */
  base: string
  feedTitle?: string | undefined
  /** Epoch ms given to an entry without a date. */
  now: number
}

/** Throws when the entry has nothing that could identify or show it. */
export function toMention(entry: FeedEntry, context: MapContext): IncomingMention {
  const title = textOf(entry.title)
  const text = textOf(entry.body)
  const url = unwrapAlert(resolve(entry.link, context.base))
  if (!entry.id && !url && !title && !text) throw new Error('The entry has neither id, link, title nor text')
  const createdAt = clampDate(parseDate(entry.published ?? entry.updated), context.now) ?? context.now
  const updatedAt = clampDate(parseDate(entry.updated), context.now)
  const media = entry.media.flatMap((item) => toMedia(item, context.base))
  return {
    externalId: entryKey(entry, context, `${url ?? ''}\n${title}`),
    ...(url && { url }),
    kind: 'article',
    author: toAuthor(entry, url, context),
    ...(title && { title }),
    text,
    ...(entry.lang && isLanguage(entry.lang) && { lang: entry.lang.trim() }),
    createdAt,
    ...(updatedAt !== undefined && updatedAt > createdAt && { editedAt: updatedAt }),
    ...(media.length > 0 && { media }),
    ...(entry.comments !== undefined && { metrics: { replies: entry.comments } }),
    raw: entry.raw,
  }
}

/** Stable over readings, different for two feeds that use the same guid. */
function entryKey(entry: FeedEntry, context: MapContext, otherwise: string): string {
  // Without scheme and port: the same feed over https instead of http is the same feed.
  const { hostname, pathname, search } = new URL(context.feedUrl)
  const feed = hash(`${hostname}${pathname}${search}`).slice(0, 12)
  const id = entry.id?.trim()
  if (!id) return `${feed}:${hash(otherwise || (entry.body?.value ?? '')).slice(0, 32)}`
  return `${feed}:${id.length > 200 ? hash(id) : cleanText(id)}`
}

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function textOf(markup: Markup | undefined): string {
  if (!markup) return ''
  return markup.html ? plainText(markup.value) : cleanText(markup.value).trim()
}

/** The same pen name on two sites is two people: the site is part of the account. */
function toAuthor(entry: FeedEntry, url: string | undefined, context: MapContext): IncomingMention['author'] {
  const origin = entry.origin?.url || entry.origin?.name ? entry.origin : undefined
  const alert = isAlert(context.feedUrl)
  const host =
    hostOf(resolve(origin?.url, context.base)) ?? (origin || alert ? hostOf(url) : undefined) ?? hostOf(context.base)
  const site = host ?? hostOf(url) ?? 'feed'
  const name = plainText(entry.author?.name ?? '')
  const shown = name || plainText(origin?.name ?? '')
  const profile = resolve(entry.author?.url, context.base)
  return {
    externalId: name ? `${site}/${name}` : site,
    handle: name || site,
    ...(shown && { name: shown }),
    ...(profile && { url: profile }),
  }
}

function toMedia(item: FeedEntry['media'][number], base: string): MentionMedia[] {
  const url = resolve(item.url, base)
  if (!url) return []
  const kind = item.type?.split('/')[0]?.toLowerCase()
  const type = kind === 'image' || kind === 'video' || kind === 'audio' ? kind : 'link'
  return [{ type, url, ...(item.alt && { alt: plainText(item.alt) }) }]
}

/** Google Alerts links lead through google.com/url: the real target is in `url` (older: `q`). */
export function unwrapAlert(link: string | undefined): string | undefined {
  if (!link) return undefined
  const url = new URL(link)
  if (!/(^|\.)google\.[a-z.]+$/.test(url.hostname) || url.pathname !== '/url') return link
  return resolve(url.searchParams.get('url') ?? url.searchParams.get('q') ?? undefined, link) ?? link
}

function isAlert(feedUrl: string): boolean {
  return /\/alerts\/feeds\//.test(feedUrl)
}

/** Absolute http(s) address or nothing: a feed may not hand out javascript: or file: links. */
function resolve(link: string | undefined, base: string): string | undefined {
  const trimmed = link?.trim()
  if (!trimmed || !URL.canParse(trimmed, base)) return undefined
  const url = new URL(trimmed, base)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : undefined
}

function hostOf(url: string | undefined): string | undefined {
  return url && URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') || undefined : undefined
}

/** RFC 822 with its usual damage, ISO 8601, W3C dates. Epoch ms. */
export function parseDate(value: string | undefined): number | undefined {
  if (!value) return undefined
  const text = value.trim().replace(/\s+/g, ' ')
  const noWeekday = text.replace(/^[^\d\s,]+,?\s+(?=\d)/u, '')
  for (const attempt of [text, noWeekday, noWeekday.replace(/ [A-Z]{2,5}$/, ' GMT'), text.slice(0, 10)]) {
    const at = Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(attempt) ? `${attempt}Z` : attempt)
    if (Number.isFinite(at)) return at
  }
  return undefined
}

/** The future is a broken clock; before 1990 there were no feeds. */
function clampDate(at: number | undefined, now: number): number | undefined {
  if (at === undefined || at < Date.UTC(1990, 0)) return undefined
  return Math.min(at, now)
}

function isLanguage(lang: string): boolean {
  return /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(lang.trim())
}
