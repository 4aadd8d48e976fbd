import type { Host, IncomingMention, Page, PushedQuery } from '../../src/connector/contract.ts'
import { type Batch, listMentions, ownAccount, searchRecent } from './api.ts'
import { follow } from './chain.ts'
import { type Config, type Cursor, start } from './config.ts'
import { toMention } from './map.ts'

/** Characters of a query on self-serve plans. */
const maxQuery = 512

export async function* poll(host: Host<Config>, cursor: Cursor): AsyncGenerator<Page<Cursor>> {
  const me = await ownAccount(host)
  const queries = queriesFor(host.config.words, me.username)
  let state = cursorFor(cursor, me.id, queries)
  const now = host.now()
  for await (const step of follow((range) => listMentions(host, me.id, range), state.mentions, {
    now,
    limited: false,
  })) {
    state = { ...state, mentions: step.chain }
    const { batch, chain: _, ...rest } = step
    yield { ...rest, items: toMentions(host, batch, me.id), cursor: state, done: step.done && queries.length === 0 }
  }
  for (const query of queries) {
    for await (const page of searchFor(host, query, state, me.id)) {
      state = page.cursor
      const { covered: _, ...rest } = page
      yield { ...rest, done: page.done === true && query === queries.at(-1) }
    }
  }
}

export async function* search(host: Host<Config>, query: PushedQuery, cursor: Cursor): AsyncGenerator<Page<Cursor>> {
  const me = await ownAccount(host)
  // Reposts are what nobody asked for and everybody pays for.
  const text = /\bis:retweet\b/.test(query.text) ? query.text : `(${query.text}) -is:retweet`
  for await (const page of searchFor(host, text, cursorFor(cursor, me.id, [text]), me.id)) {
    const items = page.items.filter((item) => item.createdAt >= (query.since ?? 0))
    yield { ...page, items }
  }
}

async function* searchFor(
  host: Host<Config>,
  query: string,
  before: Cursor,
  ownId: string,
): AsyncGenerator<Page<Cursor>> {
  let state = before
  const options = { now: host.now(), limited: true }
  for await (const step of follow((range) => searchRecent(host, query, range), state.searches[query] ?? {}, options)) {
    state = { ...state, searches: { ...state.searches, [query]: step.chain } }
    const { batch, chain: _, ...rest } = step
    yield { ...rest, items: toMentions(host, batch, ownId), cursor: state }
  }
}

/** As few queries as fit: each is a call. */
export function queriesFor(words: string, username: string): string[] {
  const terms = words.split(',').flatMap((word) => word.replaceAll('"', ' ').trim() || [])
  const rest = ` -from:${username} -is:retweet`
  const queries: string[] = []
  let group: string[] = []
  for (const term of new Set(terms.map((word) => `"${word}"`))) {
    if (group.length > 0 && `(${[...group, term].join(' OR ')})${rest}`.length > maxQuery) {
      queries.push(`(${group.join(' OR ')})${rest}`)
      group = []
    }
    group.push(term)
  }
  return group.length > 0 ? [...queries, `(${group.join(' OR ')})${rest}`] : queries
}

function cursorFor(cursor: Cursor, account: string, queries: string[]): Cursor {
  const own = cursor.account === account ? cursor : { ...start, account }
  return { ...own, searches: Object.fromEntries(queries.map((query) => [query, own.searches[query] ?? {}])) }
}

export function toMentions(host: Host<Config>, batch: Batch, ownId: string): IncomingMention[] {
  return batch.posts.flatMap((post) => {
    try {
      return [toMention(post, batch, ownId)]
    } catch (error) {
      host.quarantine(post.raw, error)
      return []
    }
  })
}
