import { dice, hash32 } from './random.ts'
import { type Channel, channelFacts } from './channel.ts'
import { incidentKinds, type IncidentKind } from '../texts/incidents.ts'

export const secondMs = 1000
export const minuteMs = 60 * secondMs
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** The chronicle is written in chapters of ten days; three of them are the history of a new source. */
export const cycleMs = 10 * dayMs
export const historyMs = 30 * dayMs
/** No conversation goes on for longer, so that a window of time needs only the roots of this long before it. */
export const maxThreadMs = 3 * dayMs

const hourWeights = [2, 1, 1, 1, 2, 4, 9, 14, 16, 14, 13, 13, 14, 13, 12, 12, 13, 15, 17, 19, 18, 13, 8, 4]
/** Monday first. */
const dayWeights = [1.15, 1.1, 1, 1, 0.95, 0.7, 0.8]

/** `count` times inside a chapter, in order, by the hours at which people write (UTC). */
export function rhythmTimes(seed: number, channel: Channel, cycle: number, count: number): number[] {
  const hours = Array.from({ length: cycleMs / hourMs }, (_, index) => hourWeight(cycle * cycleMs + index * hourMs))
  const total = hours.reduce((sum, weight) => sum + weight, 0)
  const roll = dice(seed, 'rhythm', channel, cycle)
  return Array.from({ length: count }, () => cycle * cycleMs + place(hours, roll() * total)).sort((a, b) => a - b)
}

function place(hours: readonly number[], share: number): number {
  let left = share
  for (const [index, weight] of hours.entries()) {
    if (left < weight) return Math.floor((index + left / weight) * hourMs)
    left -= weight
  }
  return cycleMs - 1
}

function hourWeight(at: number): number {
  const day = (Math.floor(at / dayMs) + 3) % 7
  return (hourWeights[Math.floor(at / hourMs) % 24] ?? 1) * (dayWeights[day] ?? 1)
}

export interface Incident {
  kind: IncidentKind
  from: number
  to: number
}

/** One bad afternoon in every chapter. Each kind keeps its day, so that 30 days always hold each kind once. */
export function incidentOf(seed: number, cycle: number): Incident {
  const kind = incidentKinds[((cycle % incidentKinds.length) + incidentKinds.length) % incidentKinds.length] ?? 'sync'
  const roll = dice(seed, 'incident', kind)
  const from = cycle * cycleMs + (2 + Math.floor(roll() * 6)) * dayMs + (13 + roll() * 2) * hourMs
  return { kind, from: Math.floor(from), to: Math.floor(from + 5 * hourMs) }
}

export interface Outage {
  from: number
  to: number
  /** When the platform hands out what was written meanwhile. */
  releasedAt: number
}

const outageEveryMs = 3 * hourMs
/** A newcomer's first quarter of an hour works. */
const calmMs = 15 * minuteMs

/** The outage during which `at` falls, or whose backlog is still held back at `at`. */
export function outageAt(seed: number, channel: Channel, origin: number, at: number): Outage | undefined {
  const block = Math.floor(at / outageEveryMs)
  return [block - 1, block]
    .map((index) => outageOf(seed, channel, index))
    .find((outage) => outage.from >= origin + calmMs && at >= outage.from && at < outage.releasedAt)
}

function outageOf(seed: number, channel: Channel, block: number): Outage {
  const roll = dice(seed, 'outage', channel, block)
  const from = Math.floor(block * outageEveryMs + roll() * (outageEveryMs - 10 * minuteMs))
  const to = Math.floor(from + (2 + roll() * 3) * minuteMs)
  return { from, to, releasedAt: to + 2 * minuteMs }
}

/** Live conversations are placed on a grid this fine. */
export const slotMs = 10 * secondMs

/** How many conversations begin in a live slot: lively while somebody looks for the first time, calm after two hours. */
export function liveCount(seed: number, channel: Channel, origin: number, slot: number, speed: number): number {
  const age = slot * slotMs - origin
  if (age < 0) return 0
  const perMinute = 0.2 + 2.6 * Math.exp(-age / (30 * minuteMs))
  const expected = perMinute * speed * channelFacts[channel].liveShare * (slotMs / minuteMs)
  return Math.floor(expected + hash32(seed, 'live', channel, slot) / 4294967296)
}
