import type { Item, Node, Query, TextLeaf } from './ast.ts'
import { formatNode } from './format.ts'

/** What a platform's own search can do. Lengths are characters of one search string. */
export interface SearchCapabilities {
  id: string
  maxLength: number
  and: boolean
  or: boolean
  not: boolean
  phrase: boolean
  /** `words`: any words. `tags`: only hashtags. */
  terms: 'words' | 'tags'
  /** How a tag or handle is asked for; absent where the platform knows none. */
  tag?: (name: string) => string
  mention?: (name: string) => string
  author?: (name: string) => string
  lang?: (code: string) => string
  link?: (value: string) => string
  /** Text added to every search string. */
  always?: string
  /** Price of one request in US dollars, where reads cost. */
  costPerRequest?: number
  /** What its search is known to leave out, said to the user as it is. */
  recallNote?: string
}

const quoted = (text: string): string => `"${text}"`

/** Platforms whose search connectors use (platforms/social.md). */
export const CAPABILITIES: Readonly<Record<string, SearchCapabilities>> = {
  x: {
    id: 'x',
    maxLength: 512,
    and: true,
    or: true,
    not: true,
    phrase: true,
    terms: 'words',
    always: '-is:retweet',
    tag: (name) => `#${name}`,
    mention: (name) => `@${name}`,
    author: (name) => `from:${name}`,
    lang: (code) => `lang:${code}`,
    link: (value) => `url:"${value}"`,
    costPerRequest: 0.05,
    recallNote: 'last 7 days only',
  },
  bluesky: {
    id: 'bluesky',
    maxLength: 300,
    and: true,
    or: false,
    not: false,
    phrase: true,
    terms: 'words',
    tag: (name) => `#${name}`,
    mention: (name) => `@${name}`,
    author: (name) => `from:${name}`,
    lang: (code) => `lang:${code}`,
    recallNote: 'search is unreliable without a session',
  },
  reddit: {
    id: 'reddit',
    maxLength: 512,
    and: true,
    or: true,
    not: true,
    phrase: true,
    terms: 'words',
    author: (name) => `author:${name}`,
    recallNote: 'posts only, no comments',
  },
  hackernews: { id: 'hackernews', maxLength: 500, and: true, or: false, not: true, phrase: true, terms: 'words' },
  mastodon: {
    id: 'mastodon',
    maxLength: 100,
    and: false,
    or: false,
    not: false,
    phrase: false,
    terms: 'tags',
    tag: (name) => name,
    recallNote: 'hashtag timelines only: posts without the tag are not seen',
  },
  github: {
    id: 'github',
    maxLength: 256,
    and: true,
    or: false,
    not: true,
    phrase: true,
    terms: 'words',
    always: 'is:issue',
    author: (name) => `author:${name}`,
    recallNote: 'at most 1,000 results a search',
  },
}

/** One reason why the platform's search may miss what the query asks for, or brings more than it asks for. */
export interface PushdownNote {
  term: string
  reason: string
}

export interface Pushdown {
  /** Search strings; together they bring every match that the platform can find. Empty when it cannot be asked. */
  searches: string[]
  /** Parts that the platform cannot search: what it brings is filtered here afterwards. */
  postFiltered: PushdownNote[]
  /** Matches that the platform will not bring. */
  recallRisk: PushdownNote[]
  /** Requests for one page of each search, and their price where there is one. */
  requests: number
  costPerPoll?: number
}

/** A conjunction of search strings, ANDed together. */
type Clause = string[]
const MOST_SEARCHES = 50

interface Work {
  query: Query
  can: SearchCapabilities
  postFiltered: Map<string, PushdownNote>
  recallRisk: Map<string, PushdownNote>
}

/** Splits a query into what a platform can search and what is filtered afterwards. */
export function pushDown(query: Query, can: SearchCapabilities): Pushdown {
  const work: Work = { query, can, postFiltered: new Map(), recallRisk: new Map() }
  if (can.recallNote !== undefined) work.recallRisk.set('', { term: '', reason: can.recallNote })
  const clauses = clausesOf(query.root, work) ?? []
  if (clauses.length === 0) risk(work, query.root, 'the platform cannot search for any part that must occur')
  const negatives = exclusions(query.root, work)
  const searches = clauses.length > MOST_SEARCHES ? [] : pack(clauses, negatives, work)
  if (clauses.length > MOST_SEARCHES) risk(work, query.root, `needs more than ${MOST_SEARCHES} searches`)
  const result = {
    searches,
    postFiltered: [...work.postFiltered.values()],
    recallRisk: [...work.recallRisk.values()],
    requests: searches.length,
  }
  return can.costPerRequest === undefined ? result : { ...result, costPerPoll: searches.length * can.costPerRequest }
}

function later(work: Work, node: Node, reason: string): undefined {
  const term = formatNode(node)
  work.postFiltered.set(term, { term, reason })
  return undefined
}

function risk(work: Work, node: Node, reason: string): undefined {
  const term = formatNode(node)
  work.recallRisk.set(term, { term, reason })
  return undefined
}

/** The node as an OR of conjunctions that every match satisfies; undefined when it cannot narrow the search. */
function clausesOf(node: Node, work: Work): Clause[] | undefined {
  switch (node.type) {
    case 'and':
      return conjunction(node.children, work)
    case 'near':
      later(work, node, 'distance is checked afterwards')
      return conjunction([node.left, node.right], work)
    case 'or': {
      const parts = node.children.map((child) => ({ child, clauses: clausesOf(child, work) }))
      const found = parts.flatMap(({ clauses }) => clauses ?? [])
      for (const { child, clauses } of parts) {
        if (clauses === undefined && found.length > 0) risk(work, child, 'this branch cannot be searched there')
      }
      return found.length === 0 ? undefined : found
    }
    case 'not':
      return undefined // exclusions are added to the finished searches, or applied afterwards
    case 'scope':
      later(work, node, 'the part of the item is checked afterwards')
      return clausesOf(node.child, work)
    default: {
      const search = simple(node, work)
      return search === undefined ? undefined : [[search]]
    }
  }
}

/** All children where the platform can AND; else the one with the fewest alternatives, the rest filtered afterwards. */
function conjunction(children: readonly Node[], work: Work): Clause[] | undefined {
  const found: { node: Node; clauses: Clause[] }[] = []
  for (const node of children) {
    const clauses = clausesOf(node, work)
    if (clauses !== undefined) found.push({ node, clauses })
  }
  found.sort((a, b) => a.clauses.length - b.clauses.length)
  const [first, ...rest] = found
  if (first === undefined) return undefined
  let product = first.clauses
  for (const { node, clauses } of rest) {
    if (!work.can.and || product.length * clauses.length > MOST_SEARCHES) later(work, node, 'filtered afterwards')
    else product = product.flatMap((left) => clauses.map((right) => [...left, ...right]))
  }
  return product
}

/** One search term for a leaf, or undefined when the platform has none for it. */
function simple(node: Node, work: Work): string | undefined {
  const { can } = work
  if (node.type === 'text') return textSearch(node, work)
  if (node.type === 'case' && can.terms === 'words' && can.phrase) {
    later(work, node, 'letter case')
    return quoted(node.items.map(({ text }) => text).join(' '))
  }
  if (node.type !== 'field' || node.test.op !== 'is' || node.test.prefix) return later(work, node, 'unknown there')
  const value = node.test.value.replace(/^@/, '')
  const build =
    node.field === 'author'
      ? can.author
      : node.field === 'lang'
        ? can.lang
        : node.field === 'links'
          ? can.link
          : undefined
  if (build === undefined || /[\s"]/.test(value)) return later(work, node, 'unknown there')
  return build(value)
}

function textSearch(leaf: TextLeaf, work: Work): string | undefined {
  const { can } = work
  const [only] = leaf.items
  if (leaf.items.length === 1 && only !== undefined) return itemSearch(only, leaf, work)
  if (can.terms === 'tags') return risk(work, leaf, 'only hashtags can be searched')
  const isPlain = leaf.slop === null && leaf.items.every(({ kind, match }) => kind === 'any' && match === 'word')
  if (isPlain && can.phrase) {
    if (work.query.stem) risk(work, leaf, 'other forms of these words may be missed')
    return quoted(leaf.items.map(({ text }) => text).join(leaf.joined === null ? ' ' : ''))
  }
  later(work, leaf, 'order and distance are checked afterwards')
  const words = leaf.items.map((item) => (item.match === 'word' ? itemSearch(item, leaf, work) : undefined))
  const found = words.filter((word) => word !== undefined)
  return found.length === 0 || !can.and ? found[0] : found.join(' ')
}

function itemSearch(item: Item, leaf: TextLeaf, work: Work): string | undefined {
  const { can, query } = work
  if (item.match !== 'word') return risk(work, leaf, 'prefixes and wildcards cannot be searched there')
  if (item.kind === 'tag' || item.kind === 'mention') {
    const build = item.kind === 'tag' ? can.tag : can.mention
    if (build !== undefined) return build(item.text)
    later(work, leaf, 'searched as a plain word')
    return can.terms === 'words' ? item.text : undefined
  }
  if (can.terms === 'tags') {
    risk(work, leaf, 'only posts that carry it as a hashtag are seen')
    return item.kind === 'any' && can.tag !== undefined ? can.tag(item.text) : undefined
  }
  if (item.kind === 'any' && query.stem) risk(work, leaf, 'other forms of this word may be missed')
  return item.kind === 'ticker' ? `$${item.text}` : quoteIfOperator(item.text)
}

const quoteIfOperator = (word: string): string => (/^(AND|OR|NOT)$/i.test(word) ? quoted(word) : word)

/** Exclusions of the top-level AND that the platform can apply itself; the others are applied afterwards. */
function exclusions(root: Node, work: Work): string[] {
  const parts = root.type === 'and' ? root.children.filter((child) => child.type === 'not') : []
  return parts.flatMap(({ child }) =>
    (child.type === 'or' ? child.children : [child]).flatMap((leaf) => exclusion(leaf, work)),
  )
}

/** Only whole words and phrases: anything looser might exclude more there than here. */
function exclusion(leaf: Node, work: Work): string[] {
  const isSafe =
    work.can.not &&
    leaf.type === 'text' &&
    leaf.slop === null &&
    leaf.items.every(({ match, kind }) => match === 'word' && kind !== 'ticker')
  const search = isSafe ? textSearch(leaf, { ...work, postFiltered: new Map(), recallRisk: new Map() }) : undefined
  if (search === undefined) later(work, leaf, 'excluded afterwards')
  return search === undefined ? [] : [`-${search}`]
}

/** Fits alternatives into as few strings as the platform's length allows; exclusions that do not fit wait. */
function pack(clauses: readonly Clause[], negatives: readonly string[], work: Work): string[] {
  const { can } = work
  const alternatives = [
    ...new Set(
      clauses.map((clause) =>
        clause.length > 1 && can.or && clauses.length > 1 ? `(${clause.join(' ')})` : clause.join(' '),
      ),
    ),
  ]
  const searches: string[] = []
  let current: string[] = []
  const finish = (list: readonly string[]): string => withExclusions(list, negatives, can)
  for (const alternative of alternatives) {
    if (can.or && current.length > 0 && finish([...current, alternative]).length <= can.maxLength)
      current.push(alternative)
    else {
      if (current.length > 0) searches.push(finish(current))
      current = [alternative]
    }
  }
  if (current.length > 0) searches.push(finish(current))
  const tooLong = searches.filter((search) => search.length > can.maxLength)
  for (const search of tooLong)
    work.recallRisk.set(search, { term: search, reason: `longer than ${can.maxLength} characters` })
  return searches.filter((search) => search.length <= can.maxLength)
}

function withExclusions(list: readonly string[], negatives: readonly string[], can: SearchCapabilities): string {
  const positive = list.length > 1 ? `(${list.join(' OR ')})` : (list[0] ?? '')
  let search = can.always === undefined ? positive : `${positive} ${can.always}`
  for (const negative of negatives) if (search.length + negative.length + 1 <= can.maxLength) search += ` ${negative}`
  return search
}
