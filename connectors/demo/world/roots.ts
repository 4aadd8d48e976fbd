import { forumLines } from '../texts/forum.ts'
import { incidentLines } from '../texts/incidents.ts'
import { foreignLines } from '../texts/languages.ts'
import { type Line } from '../texts/line.ts'
import { reviewLines } from '../texts/reviews.ts'
import { socialLines } from '../texts/social.ts'
import { videoLines } from '../texts/video.ts'
import { type Channel, channelFacts, channelOf } from './channel.ts'
import { cycleMs, incidentOf, liveCount, rhythmTimes, secondMs, slotMs } from './clock.ts'
import { dice, hash32, shuffle } from './random.ts'

/** The first item of a conversation. Its id says where it comes from, so that it can be told again from the id alone. */
export interface Root {
  id: string
  channel: Channel
  at: number
  line: Line
  /** Arrived while somebody was watching: nobody at the company has answered it yet. */
  live: boolean
}

const decks: Record<Channel, Line[]> = {
  social: [...socialLines, ...foreignLines],
  forum: forumLines,
  reviews: reviewLines,
  video: videoLines,
}

/** Shuffled decks and written chapters, kept because a poll every ten seconds would deal them again. */
const memory = new Map<string, Line[] | Root[]>()

function remember<T extends Line[] | Root[]>(key: string, make: () => T): T {
  const known = memory.get(key)
  // A key always names one type: decks begin with "deck", chapters with "cycle".
  if (known) return known as T
  if (memory.size > 200) memory.clear()
  const made = make()
  memory.set(key, made)
  return made
}

/** Cards are dealt on from chapter to chapter, so that a text comes back as late as possible. */
function card(seed: number, channel: Channel, purpose: 'chronicle' | 'live', index: number): Line {
  const deck = remember(`deck ${seed} ${channel} ${purpose}`, () =>
    shuffle(decks[channel], dice(seed, 'deck', channel, purpose)),
  )
  const line = deck[index % deck.length]
  if (!line) throw new Error(`The demo world has no texts for ${channel}`)
  return line
}

/** All conversations that begin in [from, to], in no particular order. */
export function rootsBetween(seed: number, channel: Channel, from: number, to: number): Root[] {
  const cycles = Array.from(
    { length: Math.floor(to / cycleMs) - Math.floor(from / cycleMs) + 1 },
    (_, index) => Math.floor(from / cycleMs) + index,
  )
  return cycles.flatMap((cycle) => chapter(seed, channel, cycle)).filter((root) => root.at >= from && root.at <= to)
}

/** The extra conversations of a source that somebody watches, from its first poll (`origin`) on. */
export function liveRootsBetween(
  world: { seed: number; channel: Channel; origin: number; speed: number },
  from: number,
  to: number,
): Root[] {
  const first = Math.max(0, Math.floor(Math.max(from, world.origin) / slotMs))
  const slots = Array.from({ length: Math.max(0, Math.floor(to / slotMs) - first + 1) }, (_, index) => first + index)
  return slots
    .flatMap((slot) =>
      Array.from({ length: liveCount(world.seed, world.channel, world.origin, slot, world.speed) }, (_, index) =>
        liveRoot(world.seed, world.channel, slot, index),
      ),
    )
    .filter((root) => root.at >= from && root.at >= world.origin && root.at <= to)
}

/** Tells a conversation again from the id of any of its items. */
export function rootOf(seed: number, externalId: string): Root | undefined {
  const [head = '', slotText = '', indexText = ''] = externalId.split('-')
  const channel = channelOf(head)
  const slot = Number.parseInt(slotText, 36)
  const index = Number.parseInt(indexText, 36)
  if (!channel || !Number.isSafeInteger(slot) || !Number.isSafeInteger(index)) return undefined
  if (head[1] === 'l') return liveRoot(seed, channel, slot, index)
  const id = rootId(channel, head[1] ?? '', slot, index)
  return chapter(seed, channel, slot).find((root) => root.id === id)
}

function rootId(channel: Channel, stream: string, slot: number, index: number): string {
  return `${channelFacts[channel].letter}${stream}-${slot.toString(36)}-${index.toString(36)}`
}

function liveRoot(seed: number, channel: Channel, slot: number, index: number): Root {
  const id = rootId(channel, 'l', slot, index)
  const at = slot * slotMs + (hash32(seed, 'moment', id) % (slotMs - 1))
  return { id, channel, at, line: card(seed, channel, 'live', slot + index * 97), live: true }
}

function chapter(seed: number, channel: Channel, cycle: number): Root[] {
  return remember(`cycle ${seed} ${channel} ${cycle}`, () => [
    ...ordinary(seed, channel, cycle),
    ...incident(seed, channel, cycle),
  ])
}

function ordinary(seed: number, channel: Channel, cycle: number): Root[] {
  const count = channelFacts[channel].perCycle
  return rhythmTimes(seed, channel, cycle, count).map((at, index) => ({
    id: rootId(channel, 'c', cycle, index),
    channel,
    at,
    line: card(seed, channel, 'chronicle', cycle * count + index),
    live: false,
  }))
}

const incidentTitles = {
  sync: 'Sync down?',
  update: 'Trouble after today’s update',
  beans: 'No Club parcel this week?',
}

/** The bad afternoon: many at once, then fewer and fewer. */
function incident(seed: number, channel: Channel, cycle: number): Root[] {
  const { kind, from, to } = incidentOf(seed, cycle)
  const deck = shuffle(incidentLines[kind], dice(seed, 'incident deck', kind, channel, cycle))
  const share = { social: deck.length, forum: 3, reviews: 6, video: 0 }[channel]
  const roll = dice(seed, 'incident times', channel, cycle)
  return deck.slice(0, share).map((line, index) => {
    const at = from + Math.floor((to - from) * roll() ** 1.7) + secondMs * index
    const dressed =
      channel === 'reviews'
        ? { ...line, text: line.text.replaceAll(/\s*@tamsel\b/g, ''), stars: roll() < 0.7 ? 1 : 2 }
        : channel === 'forum'
          ? { ...line, title: incidentTitles[kind] }
          : line
    return { id: rootId(channel, 'i', cycle, index), channel, at, line: dressed, live: false }
  })
}
