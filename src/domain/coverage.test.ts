import { expect, it } from 'vitest'
import { explainHoles, holesOf, shareOutside } from './coverage.ts'

const span = { from: 100, to: 200 }

it('finds what was not read between, before and after what was', () => {
  const ledger = { since: 0, graceMs: 0, read: [{ from: 150, to: 160 }, { from: 110, to: 120 }, { from: 115, to: 130 }] } // prettier-ignore
  expect(holesOf(ledger, span)).toEqual([
    { from: 100, to: 110 },
    { from: 130, to: 150 },
    { from: 160, to: 200 },
  ])
})

it('misses nothing before a source began, nor what the next poll will bring', () => {
  expect(holesOf({ since: 150, graceMs: 0, read: [{ from: 150, to: 200 }] }, span)).toEqual([])
  expect(holesOf({ since: 0, graceMs: 20, read: [{ from: 0, to: 185 }] }, span)).toEqual([])
  expect(holesOf({ since: 0, graceMs: 10, read: [{ from: 0, to: 185 }] }, span)).toEqual([{ from: 185, to: 200 }])
  expect(holesOf({ since: 300, graceMs: 0, read: [] }, span)).toEqual([])
})

it('counts overlapping holes of several sources once', () => {
  const holes = [
    { from: 140, to: 160 },
    { from: 0, to: 110 },
    { from: 150, to: 170 },
    { from: 190, to: 400 },
  ]
  expect(shareOutside(holes, span)).toBeCloseTo(0.5)
  expect(shareOutside([], span)).toBe(1)
  expect(shareOutside([{ from: 0, to: 999 }], span)).toBe(0)
  expect(shareOutside([], { from: 5, to: 5 })).toBe(1)
})

it('names the cause that explains most of a hole; a known gap explains it best', () => {
  const notes = [
    { kind: 'outage' as const, from: 0, to: 35 },
    { kind: 'gap' as const, from: 20, to: 40 },
    { kind: 'paused' as const, from: 100, to: 200 },
    { kind: 'read' as const, from: 0, to: 500 },
  ]
  const holes = [
    { from: 20, to: 40 },
    { from: 0, to: 30 },
    { from: 90, to: 140 },
    { from: 300, to: 310 },
  ]
  expect(explainHoles(holes, notes).map((one) => one.cause)).toEqual(['gap', 'outage', 'paused', 'unknown'])
})
