import { createHash } from 'node:crypto'
import { fakeFaults, fakeStreamFaults, type FakeFault, type FakeOptions, type FakeStreamFault } from './fakePlatform.ts'

export interface FakeMention {
  id: string
  text: string
  author: { id: string; handle: string; name: string }
  createdAt: number
  parentId?: string
}

export interface FakePost {
  id: string
  parentId: string
  text: string
  /** The platform's time of acceptance, epoch ms. */
  at: number
  key?: string
}

export interface FakePage {
  items: FakeMention[]
  /** Pass as `before` for the page of older ones. */
  next?: string
  /** The platform's clock, epoch ms. */
  now: number
}

export interface FakeStats {
  /** Mentions that are in the list by now. */
  visible: number
  /** Of all that will ever be. */
  mentions: number
  posts: number
  /** Posts for each mention that has any. */
  perMention: Record<string, number>
  /** Posts beyond the first with the same parent and the same text, blanks apart: what readers see as a duplicate. */
  duplicates: number
  requests: { read: number; write: number }
  faults: Partial<Record<FakeFault, number>>
  /** Openings of the stream. */
  streams: number
  /** Only with `?ids`: the ids of visible mentions. */
  ids?: string[]
  /** Only with `?ids`: when each of them was written and when it turned up, epoch ms. */
  times?: Record<string, { createdAt: number; visibleAt: number }>
}

export type FakeState = ReturnType<typeof createFakeState>

/** The memory of the fake platform, apart from HTTP. `now` is its clock. */
export function createFakeState(initial: FakeOptions, now: () => number) {
  const options = { ...initial }
  const startedAt = now() - options.history * options.everyMs
  /** Every mention so far, kept because each request asks for them. */
  const told: FakeMention[] = []
  const posts: FakePost[] = []
  const requests = { read: 0, write: 0 }
  const faults: Partial<Record<FakeFault, number>> = {}
  let streams = 0

  const visible = (): FakeMention[] => {
    const own = posts.filter((post) => post.at + options.readLagMs <= now()).map(asMention)
    return [...visibleMentions(options, startedAt, now(), told), ...own].sort(newestFirst)
  }

  return {
    options,
    configure: (change: Partial<FakeOptions>) => void Object.assign(options, change),
    hasMention: (id: string) => visible().some((mention) => mention.id === id),
    list(before: string | undefined, limit: number): FakePage {
      const rest = visible().filter((mention) => before === undefined || positionOf(mention) < before)
      const page = rest.slice(0, limit)
      const last = page.at(-1)
      const items = page.flatMap((mention) =>
        chance(options.seed, 'twice', mention.id) < options.duplicateShare ? [mention, mention] : [mention],
      )
      return { items, now: now(), ...(last && rest.length > page.length ? { next: positionOf(last) } : {}) }
    },
    /** Whatever the lag says. */
    allPosts: (): readonly FakePost[] => posts,
    visiblePosts: (parentId: string) =>
      posts.filter((post) => post.parentId === parentId && post.at + options.readLagMs <= now()),
    post(parentId: string, text: string, key: string | undefined): FakePost {
      const known = options.honourKeys && key !== undefined ? posts.find((post) => post.key === key) : undefined
      if (known) return known
      const post = {
        id: `p${1_000_000 + posts.length}`,
        parentId,
        text,
        at: now(),
        ...(key === undefined ? {} : { key }),
      }
      posts.push(post)
      return post
    },
    openStream: () => ++streams,
    /** Every mention in the order in which it turned up, numbered from 1. */
    streamed: () =>
      visibleMentions(options, startedAt, now(), told)
        .map((item) => ({ item, at: visibleAt(options, item) }))
        .sort((a, b) => a.at - b.at || (a.item.id < b.item.id ? -1 : 1))
        .map((line, index) => ({ ...line, seq: index + 1 })),
    streamFault: (connection: number, index: number): FakeStreamFault | undefined =>
      fakeStreamFaults.find(
        (fault) => chance(options.seed, 'stream', fault, connection, index) < (options.streamFaults[fault] ?? 0),
      ),
    drawFault(way: 'read' | 'write'): FakeFault | undefined {
      const index = requests[way]++
      const planned = way === 'write' ? options.nextWrites.shift() : undefined
      const drawn = planned === undefined ? byChance(options, way, index) : planned === 'none' ? undefined : planned
      if (drawn) faults[drawn] = (faults[drawn] ?? 0) + 1
      return drawn
    },
    stats(withIds: boolean): FakeStats {
      const mentions = visibleMentions(options, startedAt, now(), told)
      return {
        visible: mentions.length,
        mentions: options.mentions,
        posts: posts.length,
        ...countPosts(posts),
        requests: { ...requests },
        faults: { ...faults },
        streams,
        ...(withIds ? { ids: mentions.map((mention) => mention.id), times: timesOf(options, mentions) } : {}),
      }
    },
  }
}

function byChance(options: FakeOptions, way: 'read' | 'write', index: number): FakeFault | undefined {
  const shares = way === 'read' ? options.readFaults : options.writeFaults
  return fakeFaults.find((fault) => chance(options.seed, way, fault, index) < (shares[fault] ?? 0))
}

function visibleMentions(options: FakeOptions, startedAt: number, now: number, told: FakeMention[]): FakeMention[] {
  const started = Math.min(options.mentions, Math.floor((now - startedAt) / options.everyMs) + 1)
  for (let index = told.length; index < started; index++) {
    told.push(mentionAt(options.seed, index, startedAt + index * options.everyMs))
  }
  return told.filter(({ id, createdAt }) => {
    if (createdAt + options.lateMs <= now || options.lateShare === 0) return true
    return chance(options.seed, 'late', id) >= options.lateShare
  })
}

function visibleAt(options: FakeOptions, { id, createdAt }: FakeMention): number {
  return chance(options.seed, 'late', id) < options.lateShare ? createdAt + options.lateMs : createdAt
}

function timesOf(options: FakeOptions, mentions: FakeMention[]): NonNullable<FakeStats['times']> {
  return Object.fromEntries(
    mentions.map((item) => [item.id, { createdAt: item.createdAt, visibleAt: visibleAt(options, item) }]),
  )
}

const openings = [
  'Why does my Tamsel',
  'Love how the Tamsel',
  'Is it normal that the Tamsel',
  'Third time that my Tamsel',
]

function mentionAt(seed: number, index: number, createdAt: number): FakeMention {
  const id = `m${1_000_000 + index}`
  const person = Math.floor(chance(seed, 'author', id) * 40)
  const opening = openings[Math.floor(chance(seed, 'text', id) * openings.length)] ?? ''
  return {
    id,
    text: `${opening} hums in the morning? (${index})`,
    author: { id: `a${person}`, handle: `person${person}`, name: `Person ${person}` },
    createdAt,
  }
}

function asMention(post: FakePost): FakeMention {
  return {
    id: post.id,
    text: post.text,
    author: { id: 'own', handle: 'tamsel', name: 'Tamsel' },
    createdAt: post.at,
    parentId: post.parentId,
  }
}

/** Sorts as text: 13 digits until the year 2286. */
function positionOf(mention: FakeMention): string {
  return `${String(mention.createdAt).padStart(13, '0')}_${mention.id}`
}

function newestFirst(a: FakeMention, b: FakeMention): number {
  return positionOf(a) < positionOf(b) ? 1 : -1
}

function countPosts(posts: readonly FakePost[]): Pick<FakeStats, 'perMention' | 'duplicates'> {
  const groups = Map.groupBy(posts, (post) => `${post.parentId} ${normaliseText(post.text)}`)
  const perMention = [...Map.groupBy(posts, (post) => post.parentId)].map(([id, list]) => [id, list.length] as const)
  return { perMention: Object.fromEntries(perMention), duplicates: posts.length - groups.size }
}

/** How a platform may change a text on the way: composed form, single blanks. */
export function normaliseText(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim()
}

/** A number in [0, 1), always the same for the same parts. */
function chance(...parts: (string | number)[]): number {
  return createHash('sha256').update(parts.join('\u0000')).digest().readUInt32BE(0) / 4294967296
}
