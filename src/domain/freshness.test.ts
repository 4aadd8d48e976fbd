import fc from 'fast-check'
import { expect, it } from 'vitest'
import { alarmAt, expectedItems, falseAlarmsPerMonth, hoursOf, learnRhythm, silenceLimit } from './freshness.ts'

const hourMs = 3_600_000
const weeks = (count: number) => Array.from({ length: count * 168 }, (_, hour) => hour)
const office = (hour: number) => hour % 24 >= 8 && hour % 24 < 18

/** Two items in each hour of the office day, none at night. */
const rhythm = learnRhythm(
  weeks(6)
    .filter(office)
    .map((hour) => ({ hour, count: 2 })),
  weeks(6),
)

it('says nothing where too little came', () => {
  expect(learnRhythm([{ hour: 1, count: 5 }], weeks(6))).toBeUndefined()
  expect(learnRhythm([{ hour: 1, count: 500 }], [1, 2, 3])).toBeUndefined()
})

it('expects nothing at night, and alarms in the morning', () => {
  if (!rhythm) throw new Error('the premise: enough came')
  const evening = (6 * 168 + 18) * hourMs
  const limit = silenceLimit(rhythm)
  expect(expectedItems(rhythm, evening, evening + 12 * hourMs)).toBeLessThan(2)
  const at = alarmAt(rhythm, evening, limit)
  expect(at - evening).toBeGreaterThan(14 * hourMs)
  expect(at - evening).toBeLessThan(30 * hourMs)
  expect(expectedItems(rhythm, evening, at)).toBeCloseTo(limit, 1)
})

it('does not count what was not read as silence', () => {
  if (!rhythm) throw new Error('the premise: enough came')
  const noon = (6 * 168 + 12) * hourMs
  const whole = expectedItems(rhythm, noon, noon + 4 * hourMs)
  expect(expectedItems(rhythm, noon, noon + 4 * hourMs, [{ from: noon - hourMs, to: noon + 2 * hourMs }])).toBeCloseTo(whole / 2, 1) // prettier-ignore
  expect(expectedItems(rhythm, noon, noon + hourMs, [{ from: 0, to: noon * 2 }])).toBe(0)
})

it('is not made deaf by one storm, and never alarms before the longest pause there was', () => {
  const silence = fc.record({ storm: fc.integer({ min: 500, max: 50_000 }), pause: fc.integer({ min: 30, max: 200 }) })
  const limitsHold = ({ storm, pause }: { storm: number; pause: number }): boolean => {
    const hours = weeks(6)
    const heard = hours.filter((hour) => hour < 400 || hour >= 400 + pause)
    const learned = learnRhythm(
      heard.map((hour) => ({ hour, count: hour === 300 ? storm : 1 })),
      hours,
    )
    if (!learned) return false
    const limit = silenceLimit(learned)
    return limit > expectedItems(learned, 400 * hourMs, (400 + pause) * hourMs) && limit < 60 * pause
  }
  expect(fc.check(fc.property(silence, limitsHold)).counterexample).toBeNull()
})

it('waits longer the fewer false alarms are borne', () => {
  if (!rhythm) throw new Error('the premise: enough came')
  const even = { ...rhythm, longestPause: 0 }
  expect(silenceLimit(even, falseAlarmsPerMonth / 100)).toBeGreaterThan(silenceLimit(even) + 4)
})

it('takes whole hours that were read', () => {
  expect(hoursOf([{ from: 0.5 * hourMs, to: 3 * hourMs }, { from: 5 * hourMs, to: 5.9 * hourMs }], 0, 9 * hourMs)).toEqual([1, 2]) // prettier-ignore
})
