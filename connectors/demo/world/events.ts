import type { IncomingMention } from '../../../src/connector/contract.ts'
import { incidentNotices } from '../texts/incidents.ts'
import type { Channel } from './channel.ts'
import { cycleMs, historyMs, hourMs, incidentOf, maxThreadMs, minuteMs, outageAt } from './clock.ts'
import { showItem } from './show.ts'
import { liveRootsBetween, type Root, rootsBetween } from './roots.ts'
import { maxLiveThreadMs, tellThread, type WorldItem } from './thread.ts'

/** What one source sees of the world. The same view and the same moment always show the same things. */
export interface View {
  seed: number
  channel: Channel
  /** When this source looked for the first time, epoch ms: history ends and live traffic begins here. */
  origin: number
  speed: number
  outages: boolean
}

/** Something that the platform's feed shows at a moment: a new item, or a known one that changed. */
export interface WorldEvent {
  at: number
  /** Orders events of one moment. */
  key: string
  rootId: string
  nudge: boolean
  /** The earlier form of the item need not be kept. */
  replaces: boolean
  item: IncomingMention
}

export interface Position {
  at: number
  key: string
}

/** Sorts after every key. */
export const lastKey = '~'

/** The feed strictly after a position up to and including `to`, oldest first. */
export function eventsBetween(view: View, after: Position, to: number): WorldEvent[] {
  return threadsBetween(view, after.at, to)
    .flatMap((item) => eventsOf(view, item))
    .filter((event) => isAfter(event, after) && event.at <= to)
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
}

export function isAfter(event: Position, after: Position): boolean {
  return event.at > after.at || (event.at === after.at && event.key > after.key)
}

/** Up to when everything written is also in the feed: an outage holds its items back. */
export function settledAt(view: View, at: number): number {
  return (view.outages ? outageAt(view.seed, view.channel, view.origin, at)?.from : undefined) ?? at
}

function threadsBetween(view: View, from: number, to: number): WorldItem[] {
  const start = view.origin - historyMs
  const old = rootsBetween(view.seed, view.channel, Math.max(start, from - maxThreadMs), to)
  const live = liveRootsBetween(view, from - maxLiveThreadMs, to)
  const told = [...old, ...live].flatMap((root) => tellThread(view.seed, root, view.origin))
  return [...told, ...notices(view, Math.max(start, from - hourMs), to)]
}

function eventsOf(view: View, item: WorldItem): WorldEvent[] {
  const moments = [
    { at: item.at, tail: '0' },
    ...(item.edit && !item.edit.quiet ? [{ at: item.edit.at, tail: '1' }] : []),
    ...(item.ownerReply ? [{ at: item.ownerReply.at, tail: '2' }] : []),
    ...(item.deletion && !item.deletion.quiet ? [{ at: item.deletion.at, tail: '3' }] : []),
  ]
  return moments.map(({ at, tail }) => ({
    at: releasedAt(view, at),
    key: `${item.id}:${tail}`,
    rootId: item.root.id,
    nudge: item.nudge ?? false,
    replaces: tail === '2',
    item: showItem(view.seed, item, at, 'feed'),
  }))
}

function releasedAt(view: View, at: number): number {
  if (!view.outages) return at
  const outage = outageAt(view.seed, view.channel, view.origin, at)
  return outage && at < outage.to ? outage.releasedAt : at
}

/** What the company itself posts on a bad afternoon. */
function notices(view: View, from: number, to: number): WorldItem[] {
  if (view.channel !== 'social') return []
  const cycles = [Math.floor(from / cycleMs), Math.floor(to / cycleMs)]
  const all = Array.from({ length: (cycles[1] ?? 0) - (cycles[0] ?? 0) + 1 }, (_, index) =>
    noticesOf(view.seed, (cycles[0] ?? 0) + index),
  )
  return all.flat().filter((item) => item.at >= from && item.at <= to)
}

function noticesOf(seed: number, cycle: number): WorldItem[] {
  const incident = incidentOf(seed, cycle)
  return [incident.from + 55 * minuteMs, incident.to - 20 * minuteMs].map((at, index) => {
    const text = incidentNotices[incident.kind][index] ?? ''
    const id = `so-${cycle.toString(36)}-${index}`
    const line = {
      text,
      lang: 'en',
      sentiment: 'neutral',
      intents: ['other'],
      urgency: 'low',
      topic: 'outage',
    } as const
    const root: Root = { id, channel: 'social', at, line, live: false }
    return { id, root, kind: 'post' as const, at, text, lang: 'en' }
  })
}
