import type { Host, IncomingMention, Page, PushedQuery } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import {
  getPosts,
  getProfiles,
  listNotifications,
  type PostView,
  type Profile,
  readNotification,
  readPost,
  searchPosts,
} from './api.ts'
import { type Config, type Cursor, type Reading, start, unread } from './config.ts'
import { toMention } from './map.ts'
import { openSession } from './session.ts'
import { type Listing, walk, type Walked } from './walk.ts'

/** Staff ask not to use search as a bulk feed: each word at most this often, whatever the interval of the source. */
const searchEveryMs = 180_000
const reasons = new Set(['mention', 'reply', 'quote'])

export async function* poll(host: Host<Config>, cursor: Cursor): AsyncGenerator<Page<Cursor>> {
  const { did } = await openSession(host)
  const words = wordsOf(host.config)
  let state = cursorFor(cursor, did, words)
  const due = words.filter((word) => isDue(state.words[word], host.now()))
  const read = (page: string | undefined) => listMentions(host, page)
  for await (const step of walk(read, state.notifications, host.now())) {
    state = { ...state, notifications: step.reading }
    const items = await toMentions(host, step.fresh, did, true)
    yield { ...pageOf(step, items, state), covered: step.covered, done: step.done && due.length === 0 }
  }
  for (const word of due) {
    const isLast = word === due.at(-1)
    for await (const page of searchWord(host, word, state, did)) {
      state = page.cursor
      yield { ...page, done: isLast && page.done === true }
    }
  }
}

export async function* search(host: Host<Config>, query: PushedQuery, cursor: Cursor): AsyncGenerator<Page<Cursor>> {
  if (!host.config.searchEnabled) return
  const { did } = await openSession(host)
  let state = cursorFor(cursor, did, [query.text])
  const read = (page: string | undefined) => listFound(host, query.text, query.since, page)
  for await (const step of walk(read, state.words[query.text] ?? unread, host.now())) {
    state = { ...state, words: { [query.text]: step.reading } }
    const posts = step.fresh.filter((post) => Date.parse(post.indexedAt) >= (query.since ?? 0))
    yield { ...pageOf(step, await toMentions(host, posts, did, false), state), covered: step.covered, done: step.done }
  }
}

/** A server without search must not take the notifications down with it. */
async function* searchWord(
  host: Host<Config>,
  word: string,
  before: Cursor,
  did: string,
): AsyncGenerator<Page<Cursor>> {
  let state = before
  try {
    const read = (page: string | undefined) => listFound(host, word, undefined, page)
    for await (const step of walk(read, state.words[word] ?? unread, host.now())) {
      state = { ...state, words: { ...state.words, [word]: step.reading } }
      // Servers answer with more than was asked for.
      const posts = step.fresh.filter((post) => contains(post, word))
      yield { ...pageOf(step, await toMentions(host, posts, did, false), state), done: step.done }
    }
  } catch (error) {
    if (!isConnectorError(error) || error.kind !== 'rejected') throw error
    yield {
      items: [],
      cursor: state,
      done: true,
      warnings: [`The search for “${word}” did not work: ${error.message}`],
    }
  }
}

export function wordsOf(config: Config): string[] {
  if (!config.searchEnabled) return []
  return [
    ...new Set(
      config.words
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    ),
  ]
}

function isDue(reading: Reading | undefined, now: number): boolean {
  return reading?.walk !== undefined || now - (reading?.readAt ?? 0) >= searchEveryMs
}

function cursorFor(cursor: Cursor, did: string, words: string[]): Cursor {
  const own = cursor.account === did ? cursor : { ...start, account: did }
  return { ...own, words: Object.fromEntries(words.map((word) => [word, own.words[word] ?? unread])) }
}

function pageOf(step: Walked<unknown>, items: IncomingMention[], cursor: Cursor): Page<Cursor> {
  return { items, cursor, ...(step.gap ? { gap: step.gap } : {}) }
}

export async function listMentions(host: Host<Config>, page: string | undefined): Promise<Listing<PostView>> {
  const { notifications, cursor } = await listNotifications(host, page)
  const entries = readAll(host, notifications, readNotification).map(({ reason, ...post }) => ({
    // One post may come twice, as a mention and as a reply.
    key: post.uri,
    at: Date.parse(post.indexedAt),
    item: reasons.has(reason) ? post : undefined,
  }))
  return { entries, next: cursor }
}

export async function listFound(
  host: Host<Config>,
  q: string,
  since: number | undefined,
  page: string | undefined,
  until?: number,
): Promise<Listing<PostView>> {
  const { posts, cursor } = await searchPosts(host, q, since, page, until)
  const entries = readAll(host, posts, readPost).map((post) => ({
    key: post.uri,
    at: Date.parse(post.indexedAt),
    item: post,
  }))
  return { entries, next: cursor }
}

function readAll<Item extends { indexedAt: string }>(
  host: Host<Config>,
  raws: unknown[],
  read: (raw: unknown) => Item,
): Item[] {
  return raws.flatMap((raw) => {
    try {
      const item = read(raw)
      if (!Number.isFinite(Date.parse(item.indexedAt))) throw new Error('indexedAt is not a date')
      return [item]
    } catch (error) {
      host.quarantine(raw, error)
      return []
    }
  })
}

export async function toMentions(
  host: Host<Config>,
  fresh: PostView[],
  ownDid: string,
  hydrate: boolean,
): Promise<IncomingMention[]> {
  const wanted = new Map(fresh.map((post) => [post.uri, post]))
  const posts = [...wanted.values()]
  const views = hydrate
    ? await unlessTemporary(host, () => getPosts(host, [...wanted.keys()]), new Map<string, PostView>())
    : wanted
  const authors = posts.map((post) => post.author.did)
  const profiles = await unlessTemporary(host, () => getProfiles(host, authors), new Map<string, Profile>())
  return posts.flatMap((post) => {
    try {
      return [toMention(views.get(post.uri) ?? post, ownDid, profiles.get(post.author.did))]
    } catch (error) {
      host.quarantine(post, error)
      return []
    }
  })
}

/** Counts and followers are welcome, not worth a mention: without them the page is kept as it came. */
async function unlessTemporary<Value>(
  host: Host<Config>,
  load: () => Promise<Value>,
  otherwise: Value,
): Promise<Value> {
  try {
    return await load()
  } catch (error) {
    if (!isConnectorError(error) || error.kind === 'auth' || error.kind === 'rate_limited') throw error
    host.log.warn('bluesky: counts and profiles are missing for a page', { error: error.message })
    return otherwise
  }
}

export function contains(post: Pick<PostView, 'record' | 'embed'>, word: string): boolean {
  const { record, embed } = post
  return JSON.stringify([record, embed]).toLowerCase().includes(JSON.stringify(word.toLowerCase()).slice(1, -1))
}
