import type { Interval } from './coverage.ts'

/**
 * What a source's silence means, judged by its own past.
 *
 * Items are taken for a compound Poisson process: clusters come at a rate that follows the hour of the week, and each
 * brings several items (Cox & Isham, Point Processes, 1980). Measured in expected clusters instead of in hours
 * (operational time), the pauses between clusters are exponential whatever the hour, so that a source with N clusters a
 * month is silent for longer than u of them by chance N·e^-u times a month. That is solved for u, the number of false
 * alarms that one is ready to bear. The size of a cluster is the dispersion of the counts (variance over mean), taken
 * over the hour, a quarter of a day and a day, whichever is greatest; and no alarm comes before a pause longer than
 * the longest of the past weeks.
 */

/** Items of one hour of platform time; `hour` is whole hours since 1970. */
export interface HourCount {
  hour: number
  count: number
}

export interface Rhythm {
  /** Expected items in an hour of the week, UTC; 168 values. */
  perHour: readonly number[]
  /** Variance over mean, at least 1: how many items come together. */
  dispersion: number
  /** Longest pause between hours with items, in expected items. */
  longestPause: number
  /** Hours that it was learned from, and the items in them. */
  hours: number
  items: number
}

const hourMs = 3_600_000
const dayHours = 24
const weekHours = 168
/** Less tells nothing about a source. */
const fewestItems = 20
const fewestHours = 3 * dayHours
/** How many hours of the overall mean weigh as much as what was seen at one hour of the day, or of the week. */
const priorHours = 4

/** Epoch hours count from a Thursday; only sameness matters. */
export const hourOfWeek = (hour: number): number => hour % weekHours

/**
 * What is usual, from the hours that were really read (others say nothing). Undefined where there is too little to say.
 * Bursts count only to a point: one storm must not make an ordinary day look silent.
 */
export function learnRhythm(counts: readonly HourCount[], readHours: readonly number[]): Rhythm | undefined {
  const seen = new Map(counts.map(({ hour, count }) => [hour, count]))
  const hours = readHours.toSorted((a, b) => a - b)
  const raw = hours.map((hour) => seen.get(hour) ?? 0)
  const items = raw.reduce((sum, count) => sum + count, 0)
  if (items < fewestItems || hours.length < fewestHours) return undefined
  const cap = burstCap(raw)
  const values = raw.map((count) => Math.min(count, cap))
  const perHour = profileOf(hours, values)
  const expected = hours.map((hour) => perHour[hourOfWeek(hour)] ?? 0)
  return {
    perHour,
    dispersion: Math.max(1, ...[1, 6, dayHours].map((width) => dispersionOf(values, expected, width))),
    longestPause: longestPause(values, expected),
    hours: hours.length,
    items,
  }
}

function burstCap(values: readonly number[]): number {
  const busy = values.filter((count) => count > 0).toSorted((a, b) => a - b)
  return Math.max(10, 8 * (busy[busy.length >> 1] ?? 0))
}

/** Hour of the week where four weeks were read, hour of the day from one week on, else one rate for all. */
function profileOf(hours: readonly number[], values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const flat = Array.from({ length: weekHours }, () => mean)
  if (hours.length < weekHours) return flat
  const byDay = shrunk(hours, values, dayHours, flat)
  const daily = flat.map((_, hour) => byDay[hour % dayHours] ?? mean)
  if (hours.length < 4 * weekHours * 0.9) return daily
  return shrunk(hours, values, weekHours, daily)
}

function shrunk(
  hours: readonly number[],
  values: readonly number[],
  period: number,
  prior: readonly number[],
): number[] {
  const sums = Array.from({ length: period }, (_, at) => priorHours * (prior[at] ?? 0))
  const weights = Array.from({ length: period }, () => priorHours)
  for (const [index, hour] of hours.entries()) {
    const at = hour % period
    sums[at] = (sums[at] ?? 0) + (values[index] ?? 0)
    weights[at] = (weights[at] ?? 0) + 1
  }
  return sums.map((sum, at) => sum / (weights[at] ?? 1))
}

/** Pearson's: squared deviations over the expectation, by degree of freedom; hours taken together in `width`. */
function dispersionOf(values: readonly number[], expected: readonly number[], width: number): number {
  let sum = 0
  let n = 0
  for (let from = 0; from + width <= values.length; from += width) {
    let [count, mean] = [0, 0]
    for (let i = from; i < from + width; i++) {
      count += values[i] ?? 0
      mean += expected[i] ?? 0
    }
    if (mean <= 0) continue
    sum += (count - mean) ** 2 / mean
    n++
  }
  return n < 5 ? 1 : sum / (n - 1)
}

function longestPause(values: readonly number[], expected: readonly number[]): number {
  let [longest, pause] = [0, 0]
  for (const [index, value] of values.entries()) {
    // On average half of an hour with an item lies before it.
    longest = Math.max(longest, pause + (expected[index] ?? 0) / 2)
    pause = value > 0 ? (expected[index] ?? 0) / 2 : pause + (expected[index] ?? 0)
  }
  return Math.max(longest, pause)
}

/** Expected false alarms of one source in a month of 30 days. */
export const falseAlarmsPerMonth = 0.1

/** How many expected items must be missing before silence is an alarm. */
export function silenceLimit(rhythm: Rhythm, falsePerMonth = falseAlarmsPerMonth): number {
  const perMonth = (rhythm.perHour.reduce((sum, rate) => sum + rate, 0) * 30) / 7
  // What was estimated from few clusters is itself uncertain: two standard errors on the safe side.
  const dispersion = rhythm.dispersion * (1 + 2 / Math.sqrt(Math.max(1, rhythm.items / rhythm.dispersion)))
  const clusters = Math.max(1, perMonth / dispersion)
  const byChance = dispersion * Math.max(1, Math.log(clusters / falsePerMonth))
  return Math.max(byChance, 1.2 * rhythm.longestPause)
}

/** Items that were to be expected from one moment to another, holes left out. Epoch ms. */
export function expectedItems(rhythm: Rhythm, from: number, to: number, holes: readonly Interval[] = []): number {
  let sum = 0
  for (let at = from; at < to;) {
    const hour = Math.floor(at / hourMs)
    const end = Math.min(to, (hour + 1) * hourMs)
    sum += ((rhythm.perHour[hourOfWeek(hour)] ?? 0) * (end - at)) / hourMs
    at = end
  }
  for (const hole of holes) {
    const [start, end] = [Math.max(from, hole.from), Math.min(to, hole.to)]
    if (end > start) sum -= expectedItems(rhythm, start, end)
  }
  return Math.max(0, sum)
}

/** Longest span that is looked ahead. */
const horizonMs = 60 * dayHours * hourMs

/** When silence since `from` becomes an alarm, epoch ms; at most sixty days later. */
export function alarmAt(rhythm: Rhythm, from: number, limit: number): number {
  let missing = limit
  for (let at = from; at < from + horizonMs;) {
    const hour = Math.floor(at / hourMs)
    const end = (hour + 1) * hourMs
    const rate = (rhythm.perHour[hourOfWeek(hour)] ?? 0) / hourMs
    if (rate * (end - at) >= missing) return Math.round(at + missing / rate)
    missing -= rate * (end - at)
    at = end
  }
  return from + horizonMs
}

/** Whole hours inside what was read, oldest first. */
export function hoursOf(read: readonly Interval[], from: number, to: number): number[] {
  const hours = new Set<number>()
  for (const one of read) {
    const first = Math.ceil(Math.max(one.from, from) / hourMs)
    const end = Math.floor(Math.min(one.to, to) / hourMs)
    for (let hour = first; hour < end; hour++) hours.add(hour)
  }
  return [...hours].toSorted((a, b) => a - b)
}
