import { makeRandom } from '../src/classify/train/data.ts'
import {
  expectedItems,
  falseAlarmsPerMonth,
  learnRhythm,
  silenceLimit,
  type HourCount,
} from '../src/domain/freshness.ts'
import type { BenchContext, Figure } from './measure.ts'

export const name = 'freshness'

const hourMs = 3_600_000
const learnDays = 28

interface Stream {
  /** Items a day. */
  perDay: number
  /** Relative rate of an hour. */
  shape(hour: number): number
  /** Items of one cluster, and over how many hours they come. */
  cluster: number
  spreadHours: number
}

const flat = () => 1
const workday = (hour: number) => (hour % 24 >= 7 && hour % 24 < 19 ? (Math.floor(hour / 24) % 7 < 5 ? 2 : 0.7) : 0.2)

const streams: Record<string, Stream> = {
  'even, 2 a day': { perDay: 2, shape: flat, cluster: 1, spreadHours: 0 },
  'even, 120 a day': { perDay: 120, shape: flat, cluster: 1, spreadHours: 0 },
  'office hours, 10 a day': { perDay: 10, shape: workday, cluster: 1, spreadHours: 0 },
  'office hours, 200 a day': { perDay: 200, shape: workday, cluster: 1, spreadHours: 0 },
  'in bursts of 5, 20 a day': { perDay: 20, shape: flat, cluster: 5, spreadHours: 1 },
  'in bursts of 20 over 8 h, 60 a day': { perDay: 60, shape: workday, cluster: 20, spreadHours: 8 },
}

/** False alarms of healthy streams a month, against the number that the product states; and how long a real silence lasts before it is noticed. */
export async function run({ full }: BenchContext): Promise<Figure[]> {
  const months = full ? 400 : 100
  const figures: Figure[] = []
  for (const [label, stream] of Object.entries(streams)) {
    const random = makeRandom(7)
    let [alarms, watched, delay, naive] = [0, 0, 0, 0]
    for (let n = 0; n < months; n++) {
      const times = simulate(stream, learnDays * 24 + 30 * 24, random)
      const split = learnDays * 24 * hourMs
      const rhythm = learnRhythm(hoursWith(times.filter((at) => at < split)), range(0, learnDays * 24))
      if (!rhythm) continue
      const limit = silenceLimit(rhythm)
      watched++
      const later = [split, ...times.filter((at) => at >= split), (learnDays + 30) * 24 * hourMs]
      for (let i = 1; i < later.length; i++) {
        const [from, to] = [later[i - 1] ?? 0, later[i] ?? 0]
        if (expectedItems(rhythm, from, to) > limit) alarms++
        // What people set by hand: nothing for ten times the usual interval.
        if (to - from > (10 * 24 * hourMs) / stream.perDay) naive++
      }
      delay += (limit / rhythm.perHour.reduce((sum, rate) => sum + rate, 0)) * 168
    }
    const value = alarms / Math.max(1, watched)
    // Three standard errors of a count on top of what is stated.
    const goal = falseAlarmsPerMonth + 3 * Math.sqrt(falseAlarmsPerMonth / Math.max(1, watched))
    figures.push({
      name: `false alarms, ${label}`,
      value,
      unit: 'a month',
      against: `${watched} months; ten usual intervals: ${(naive / Math.max(1, watched)).toFixed(1)} a month; noticed after ${(delay / Math.max(1, watched)).toFixed(0)} h on average`,
      goal: `<= ${goal.toFixed(2)}`,
      pass: value <= goal,
      rounds: 1,
      spread: 0,
    })
  }
  return figures
}

/** Times of a compound Poisson process, ms, oldest first. */
function simulate({ perDay, shape, cluster, spreadHours }: Stream, hours: number, random: () => number): number[] {
  const mean = Array.from({ length: 168 }, (_, hour) => shape(hour)).reduce((sum, rate) => sum + rate, 0) / 168
  const times: number[] = []
  for (let hour = 0; hour < hours; hour++) {
    const clusters = poisson((perDay / 24 / cluster) * (shape(hour) / mean), random)
    for (let c = 0; c < clusters; c++) {
      const start = (hour + random()) * hourMs
      const size = cluster === 1 ? 1 : 1 + poisson(cluster - 1, random)
      for (let i = 0; i < size; i++) times.push(start + random() * spreadHours * hourMs)
    }
  }
  return times.filter((at) => at < hours * hourMs).toSorted((a, b) => a - b)
}

function poisson(mean: number, random: () => number): number {
  let [count, product] = [0, random()]
  for (const limit = Math.exp(-mean); product > limit; product *= random()) count++
  return count
}

function hoursWith(times: readonly number[]): HourCount[] {
  const counts = new Map<number, number>()
  for (const at of times) counts.set(Math.floor(at / hourMs), (counts.get(Math.floor(at / hourMs)) ?? 0) + 1)
  return [...counts].map(([hour, count]) => ({ hour, count }))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index)
}
