import { z } from 'zod'
import type { IncomingMention } from '../domain/mention.ts'

/** Platform time, epoch ms. */
export interface BackfillInterval {
  from: number
  to: number
}

/** A page of what a source missed. */
export interface BackfillPage {
  items: IncomingMention[]
  /** Where a later run goes on; its form is the connector's own business and survives JSON. */
  cursor: unknown
  /** What has been read of the interval up to this page; absent while nothing is certain. */
  covered?: BackfillInterval
  /** What the platform will never show again, and why: a limit on how far it reaches back. */
  lost?: BackfillInterval & { reason: string }
  /** True on the last page: every part of the interval is covered or lost. */
  done: boolean
}

/** What the manifest says about reading the past. */
export interface BackfillManifest {
  /** How far back the platform can be asked; absent: as far as there is anything. */
  reachDays?: number
  /** What it costs, in a few words: then gaps are read only where somebody has switched it on. */
  price?: string
  /** The last so many hours are read again each hour, for what the platform's search indexed late. */
  sweepHours?: number
}

/** A list that is read newest first, from `place` on (undefined: where the interval ends, or the top). */
export type PastListing = (place: string | undefined) => Promise<{
  items: IncomingMention[]
  /** Time of the oldest record of the page, whatever was made of it; undefined for an empty page. */
  oldestAt: number | undefined
  /** Where the next page begins; undefined: there is nothing below. */
  next: string | undefined
}>

const savedPlace = z.object({
  list: z.number(),
  place: z.string().optional(),
  pages: z.number(),
  /** Lowest point that every list so far was read down to, epoch ms. */
  reached: z.number(),
})

export interface ListingLimits {
  /** Pages of one list; below the last of them the rest of the interval is lost. */
  maxPages: number
  tooMany: string
  /** The platform shows nothing older, epoch ms. */
  earliest?: number
  tooOld?: string
}

/** Reads several newest-first lists, one after the other, down to the beginning of an interval. */
export async function* readListings(
  listings: readonly PastListing[],
  interval: BackfillInterval,
  saved: unknown,
  limits: ListingLimits,
): AsyncGenerator<BackfillPage> {
  const from = Math.max(interval.from, limits.earliest ?? 0)
  const tooOld = { from: interval.from, to: Math.min(from, interval.to), reason: limits.tooOld ?? '' }
  if (from >= interval.to || listings.length === 0) {
    yield {
      items: [],
      cursor: undefined,
      done: true,
      ...(from >= interval.to ? { lost: tooOld } : { covered: interval }),
    }
    return
  }
  const parsed = savedPlace.safeParse(saved)
  let at: z.infer<typeof savedPlace> = parsed.success ? parsed.data : { list: 0, pages: 0, reached: from }
  for (let listing = listings[at.list]; listing; listing = listings[at.list]) {
    const page = await listing(at.place)
    const items = page.items.filter((item) => item.createdAt >= from && item.createdAt < interval.to)
    const pages = at.pages + 1
    const isOver = page.next === undefined || page.next === at.place || (page.oldestAt ?? Infinity) < from
    const isCapped = !isOver && pages >= limits.maxPages
    const lowest = isCapped ? Math.min(interval.to, page.oldestAt ?? interval.to) : from
    at =
      isOver || isCapped
        ? { list: at.list + 1, pages: 0, reached: Math.max(at.reached, lowest) }
        : { ...at, pages, ...(page.next === undefined ? {} : { place: page.next }) }
    const done = at.list >= listings.length
    yield { items, cursor: at, done, ...(done ? outcomeOf(interval, at.reached, from, tooOld, limits) : {}) }
  }
}

function outcomeOf(
  interval: BackfillInterval,
  reached: number,
  from: number,
  tooOld: NonNullable<BackfillPage['lost']>,
  limits: ListingLimits,
): Pick<BackfillPage, 'covered' | 'lost'> {
  const covered = reached < interval.to ? { covered: { from: reached, to: interval.to } } : {}
  if (reached <= interval.from) return covered
  const reason = reached > from ? limits.tooMany : tooOld.reason
  return { ...covered, lost: { from: interval.from, to: Math.min(reached, interval.to), reason } }
}
