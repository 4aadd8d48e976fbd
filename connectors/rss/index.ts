import { defineConnector } from '../../src/connector/define.ts'
import type { Host, IncomingMention, Page } from '../../src/connector/contract.ts'
import { readFeed, type FeedAnswer } from './api.ts'
import { config, cursor, start, type Config, type Cursor } from './config.ts'
import type { Feed } from './entry.ts'
import { manifest } from './manifest.ts'
import { hash, toMention } from './map.ts'
import { parseFeed } from './parse.ts'
import { wordFilter } from './words.ts'

export default defineConnector<Config, Cursor>({
  manifest,
  config,
  cursor,
  start,

  suggest(word) {
    const query = encodeURIComponent(/\s/.test(word) ? `"${word}"` : word)
    return [
      {
        name: `News about ${word}`,
        why: 'Google News search as a feed. It needs no account; Google may limit or end it at any time.',
        missing: [],
        config: { url: `https://news.google.com/rss/search?q=${query}` },
      },
      {
        name: `A blog, forum or Google Alert about ${word}`,
        why: 'Any address of a feed. With the word as a filter, only entries that name it are kept.',
        missing: ['url'],
        config: { words: word },
      },
    ]
  },

  async check(host) {
    const answer = await readFeed(host, start)
    const feed = answer.changed ? parseFeed(answer.text) : undefined
    return {
      account: host.config.url,
      displayName: feed?.title?.trim() || new URL(host.config.url).hostname,
      ...(feed?.link && URL.canParse(feed.link) && { url: feed.link }),
    }
  },

  async *poll(host, saved) {
    const last = saved.url === host.config.url ? saved : { ...start, url: host.config.url }
    if (last.notBefore !== undefined && host.now() < last.notBefore) {
      host.log.info('feed not read: the publisher asks to wait', { notBefore: last.notBefore })
      yield { items: [], cursor: last }
      return
    }
    yield pageOf(host, last, await readFeed(host, last))
  },

  canReply(target) {
    return {
      ok: false,
      reason: 'A feed can only be read. Answer on the page itself.',
      openUrl: target.url ?? '',
    }
  },
})

function pageOf(host: Host<Config>, last: Cursor, answer: FeedAnswer): Page<Cursor> {
  const now = host.now()
  const covered = last.readAt === undefined ? undefined : { from: last.readAt, to: now }
  if (!answer.changed)
    return { items: [], cursor: withWait({ ...last, readAt: now }, answer.notBefore), ...(covered && { covered }) }
  const feed = parseFeed(answer.text)
  const { items, seen, warnings } = changedItems(host, last, feed, answer.url)
  const rolledOver = hasRolledOver(last, seen)
  const next: Cursor = {
    url: last.url,
    seen,
    readAt: now,
    ...((answer.movedTo ?? last.movedTo) && { movedTo: answer.movedTo ?? last.movedTo }),
    ...(answer.etag && { etag: answer.etag }),
    ...(answer.lastModified && { lastModified: answer.lastModified }),
  }
  const asked = feed.intervalSeconds > 0 ? now + Math.min(feed.intervalSeconds, 86_400) * 1000 : 0
  return {
    items,
    cursor: withWait(next, Math.max(asked, answer.notBefore ?? 0)),
    ...(covered && !rolledOver && { covered }),
    ...(covered && rolledOver && { gap: { ...covered, reason: rolledOver } }),
    ...(warnings.length > 0 && { warnings }),
  }
}

function withWait(cursor: Cursor, notBefore: number | undefined): Cursor {
  const { notBefore: _, ...rest } = cursor
  return notBefore ? { ...rest, notBefore } : rest
}

/** Entries that are new or whose content changed; the hash keeps unchanged ones from being written again and again. */
function changedItems(host: Host<Config>, last: Cursor, feed: Feed, base: string) {
  const now = host.now()
  const keeps = wordFilter(host.config.words)
  const items: IncomingMention[] = []
  const seen: Cursor['seen'] = {}
  for (const { raw, error } of feed.broken) host.quarantine(raw, error)
  for (const entry of feed.entries) {
    try {
      const context = { feedUrl: host.config.url, base, feedTitle: feed.title, now }
      const first = toMention(entry, context)
      const known = last.seen[first.externalId]
      const undated = first.createdAt === now
      const createdAt = undated ? (known?.at ?? now) : first.createdAt
      const mention = { ...first, createdAt }
      const digest = hash(JSON.stringify([mention.title, mention.text, mention.url])).slice(0, 16)
      if (seen[mention.externalId]) continue
      seen[mention.externalId] = { hash: digest, ...(undated && { at: createdAt }) }
      if (known?.hash !== digest && keeps(`${mention.title ?? ''}\n${mention.text}`)) items.push(mention)
    } catch (error) {
      host.quarantine(entry.raw, error)
    }
  }
  const bad = feed.broken.length
  return { items, seen, warnings: bad > 0 ? [`${bad} entries of the feed could not be read and were set aside.`] : [] }
}

/** A feed holds only its newest entries: when none of the last reading is left, some may have passed unseen. */
function hasRolledOver(last: Cursor, seen: Cursor['seen']): string | undefined {
  const before = Object.keys(last.seen)
  const ids = Object.keys(seen)
  if (before.length === 0 || ids.length === 0 || ids.some((id) => id in last.seen)) return undefined
  return 'The feed was replaced completely since the last reading; entries in between may be missing. Poll more often.'
}
