import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reading, unread } from './config.ts'
import { type Listing, walk } from './walk.ts'

interface Item {
  key: string
  /** When the server saw it, and where it stands in the list. */
  at: number
  sortAt: number
}

const minute = 60_000
const noon = Date.UTC(2026, 10, 21, 12)

/** A list as the AppView keeps it: newest first by the earlier date, cursors that are dates. */
function listing(items: Item[], size: number, page: string | undefined): Listing<Item> {
  const before = page === undefined ? Number.POSITIVE_INFINITY : Number(page)
  const sorted = items.filter((item) => item.sortAt < before).toSorted((a, b) => b.sortAt - a.sortAt)
  const some = sorted.slice(0, size)
  const last = some.at(-1)
  return {
    entries: some.map((item) => ({ key: item.key, at: item.at, item })),
    ...(sorted.length > size && last ? { next: String(last.sortAt) } : {}),
  }
}

const steps = fc.array(
  fc.record({
    passes: fc.integer({ min: 0, max: 15 }),
    arrive: fc.array(fc.record({ backMinutes: fc.integer({ min: 0, max: 9 }) }), { maxLength: 3 }),
    /** Pages until the run is cut off; 99: it is not. */
    pages: fc.constantFrom(1, 2, 99),
    size: fc.integer({ min: 2, max: 4 }),
  }),
  { minLength: 1, maxLength: 12 },
)

describe('walk', () => {
  it('finds every item once, wherever it is inserted within the overlap and wherever a run is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const items: Item[] = []
        const found: string[] = []
        let now = noon
        let reading: Reading = unread
        for (const step of [
          ...plan,
          { passes: 1, arrive: [], pages: 99, size: 3 },
          { passes: 1, arrive: [], pages: 99, size: 3 },
        ]) {
          now += step.passes * minute
          for (const { backMinutes } of step.arrive) {
            // Dates of their own, so that a cursor names one place.
            const at = now + items.length
            items.push({ key: `k${items.length}`, at, sortAt: at - backMinutes * minute })
          }
          now += items.length + 1
          let pages = 0
          for await (const walked of walk(async (page) => listing(items, step.size, page), reading, now)) {
            found.push(...walked.fresh.map((item) => item.key))
            reading = JSON.parse(JSON.stringify(walked.reading)) as Reading
            pages += 1
            if (pages >= step.pages) break
          }
        }
        expect(found.toSorted()).toEqual(items.map((item) => item.key).toSorted())
      }),
      { numRuns: 1000 },
    )
  })

  it('ends at once on a list that answers with its own cursor', async () => {
    let calls = 0
    const stuck = async () => {
      calls += 1
      return { entries: [], next: 'same' }
    }
    for await (const walked of walk(stuck, unread, noon)) expect(walked.fresh).toEqual([])
    expect(calls).toBe(2)
  })

  it('keeps the reading small', async () => {
    const items = Array.from({ length: 1500 }, (_, at) => ({
      key: `k${at}`,
      at: noon - at * 1000,
      sortAt: noon - at * 1000,
    }))
    let reading = { ...unread, top: noon - 1500 * 1000, floor: noon - 1501 * 1000 }
    const found: string[] = []
    for await (const walked of walk(async (page) => listing(items, 100, page), reading, noon)) {
      found.push(...walked.fresh.map((item) => item.key))
      reading = walked.reading as typeof reading
    }
    expect(found).toHaveLength(1500)
    expect(Object.keys(reading.seen).length).toBeLessThanOrEqual(400)
    expect(reading.top).toBe(noon)
  })
})
