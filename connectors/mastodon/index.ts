import type { Change, IncomingMention, Page } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import * as api from './api.ts'
import { readAgain } from './backfill.ts'
import { config, cursor, hashtagsOf, start, type Config, type Cursor } from './config.ts'
import { manifest } from './manifest.ts'
import { parseAccount, fullHandle, type MapContext } from './map.ts'
import { contextOf, domainOf, mapped, notified, withRoot } from './read.ts'
import { findReply, sendReply } from './reply.ts'
import { stream } from './stream.ts'
import { walk, type StreamPage } from './walk.ts'

/** Results of a search come by relevance: a few pages hold what is worth having. */
const searchPages = 5

export default defineConnector<Config, Cursor>({
  manifest,
  config,
  cursor,
  start,
  // Ids of posts are local to the server.
  instance: ({ baseUrl }) => new URL(baseUrl).host,

  suggest(word) {
    const tag = word.replace(/[^\p{L}\p{N}_]/gu, '')
    return tag === ''
      ? []
      : [
          {
            name: `#${tag} on Mastodon`,
            why: 'Public posts with the hashtag, as mastodon.social sees them. Ready at once.',
            missing: [],
            config: { baseUrl: 'https://mastodon.social', hashtags: tag },
          },
        ]
  },

  async check(host) {
    const domain = await domainOf(host)
    const tags = hashtagsOf(host.config.hashtags)
    if (host.config.token) {
      const me = parseAccount(await api.readMe(host))
      const handle = fullHandle(me.acct, domain)
      return { account: handle, displayName: `@${handle}`, ...(me.url && { url: me.url }) }
    }
    await api.readHashtag(host, tags[0] ?? '', undefined)
    const shown = tags.map((tag) => `#${tag}`).join(' ')
    return { account: `${shown} ${domain}`, displayName: `${shown} on ${domain}`, url: host.config.baseUrl }
  },

  async *poll(host, saved) {
    let state = saved
    const streams = await readersOf(host)
    const due = streams.filter(([name]) => isDue(saved, name, host.now()))
    for (const [index, [name, read]] of due.entries()) {
      for await (const page of walk(host, state, name, read)) {
        state = page.cursor
        yield { ...page, done: page.done !== false && index === due.length - 1 }
      }
    }
  },

  async *search(host, query, saved): AsyncGenerator<Page<Cursor>> {
    if (!host.config.token) {
      yield { items: [], cursor: saved, warnings: ['Mastodon searches posts only for members: add an access token.'] }
      return
    }
    const context = await contextOf(host)
    for (let page = 0; page < searchPages; page++) {
      const statuses = await api.searchStatuses(host, query.text, page * api.pageSize)
      const items = statuses.flatMap((raw) => mapped(host, raw, context))
      const done = statuses.length < api.pageSize || page === searchPages - 1
      yield { items: items.filter(({ createdAt }) => createdAt >= (query.since ?? 0)), cursor: saved, done }
      if (done) return
    }
  },

  stream,

  async *backfill(host, interval, saved) {
    const readers = await readersOf(host)
    yield* readAgain(
      readers.map(([, read]) => read),
      interval,
      saved,
    )
  },

  async limits(host) {
    const instance = await api.readInstance(host)
    return [{ unit: 'graphemes', max: instance?.maxCharacters ?? 500, urlLength: instance?.charactersPerUrl ?? 23 }]
  },

  canReply(target) {
    if (target.data['connected'] !== false) return { ok: true }
    return {
      ok: false,
      reason: 'Found without an account. Add an access token to the source to reply from here.',
      openUrl: target.url ?? '',
    }
  },

  reply: sendReply,
  findReply,

  async recheck(host, ids) {
    const context = await contextOf(host)
    const wanted = ids.map(({ externalId }) => externalId)
    const shown = new Map<string, unknown>()
    for (const raw of (await api.readStatuses(host, wanted)) ?? []) {
      const id = idOf(raw)
      if (id !== undefined) shown.set(id, raw)
    }
    const changes: Change[] = []
    for (const externalId of wanted) {
      // Missing in a list may mean that the server knows no lists: only a 404 of its own is a deletion.
      const raw = shown.get(externalId) ?? (await api.readStatus(host, externalId))
      if (raw === undefined) changes.push({ externalId, type: 'deleted' })
      else for (const item of await withRoot(host, raw, context)) changes.push({ externalId, type: 'edited', item })
    }
    return changes
  },

  act: {
    like: (host, target) => api.favourite(host, target.externalId),
    delete: (host, target) => api.deleteStatus(host, target.externalId),
  },
})

/** A stream that was finished moments ago is not read again by the run that takes up an interrupted one. */
function isDue(saved: Cursor, name: string, now: number): boolean {
  const stream = saved.streams[name]
  return stream?.run !== undefined || now - (stream?.readAt ?? 0) >= 20_000
}

/** What is read, by the names under which the cursor keeps it. */
async function readersOf(
  host: api.MastodonHost,
): Promise<[name: string, (maxId: string | undefined) => Promise<StreamPage>][]> {
  const context = await contextOf(host)
  const tags = hashtagsOf(host.config.hashtags)
  return [
    ...(host.config.token ? [['notifications', notificationsReader(host, context)] as const] : []),
    ...tags.map((tag) => [`#${tag}`, hashtagReader(host, tag, context)] as const),
  ].map(([name, read]) => [name, read])
}

function hashtagReader(host: api.MastodonHost, tag: string, context: MapContext) {
  return async (maxId: string | undefined): Promise<StreamPage> => {
    const posts = await api.readHashtag(host, tag, maxId)
    return { entries: entriesOf(posts), items: posts.flatMap((raw) => mapped(host, raw, context)) }
  }
}

function notificationsReader(host: api.MastodonHost, context: MapContext) {
  return async (maxId: string | undefined): Promise<StreamPage> => {
    const notifications = await api.readNotifications(host, maxId)
    const items: IncomingMention[] = []
    for (const raw of notifications) items.push(...(await notified(host, raw, context)))
    return { entries: entriesOf(notifications), items }
  }
}

function entriesOf(records: unknown[]): StreamPage['entries'] {
  return records.flatMap((raw) => {
    const id = idOf(raw)
    const at = Date.parse((raw as { created_at?: string } | null)?.created_at ?? '')
    return id === undefined || !Number.isFinite(at) ? [] : [{ id, at }]
  })
}

function idOf(raw: unknown): string | undefined {
  const id = typeof raw === 'object' && raw !== null ? (raw as { id?: unknown }).id : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}
