import { createHash } from 'node:crypto'
import type { Page } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import type { Reading } from './config.ts'

export interface Entry<Item> {
  /** What makes it the same entry when it is read again. */
  key: string
  /** When the server indexed it, epoch ms. Never the author's own date: people post into the past. */
  at: number
  /** Undefined: nothing wanted (a like), it only says how far the walk has come. */
  item: Item | undefined
}

export interface Listing<Item> {
  entries: Entry<Item>[]
  next?: string | undefined
}

export interface Walked<Item> {
  fresh: Item[]
  reading: Reading
  done: boolean
  covered: { from: number; to: number }
  gap?: NonNullable<Page<unknown>['gap']>
}

/** A newest-first list orders by min(created, indexed), so a new entry may stand below the newest known one. */
const overlapMs = 600_000
const firstRunMs = 7 * 86_400_000
const firstRunEntries = 200
const maxPages = 20
const keptEntries = 400

/**
 * Reads a newest-first list with opaque cursors from the top until a whole page is known *and* older than the overlap.
 * Each step carries the reading from which a later run goes on: a crash in the middle continues the walk, and only a
 * finished walk moves `top`.
 */
export async function* walk<Item>(
  fetchPage: (page: string | undefined) => Promise<Listing<Item>>,
  before: Reading,
  now: number,
): AsyncGenerator<Walked<Item>> {
  const isFirst = before.top === 0
  const oldest = isFirst ? now - firstRunMs : before.top - overlapMs
  const startedAt = before.walk?.startedAt ?? now
  let page = before.walk?.page
  let top = before.walk?.top ?? before.top
  let reading = before
  for (let count = 1; ; count++) {
    const listing = await fetchFrom(fetchPage, page, count === 1)
    const fresh = listing.entries.filter((entry) => !isKnown(reading, entry) && (!isFirst || entry.at >= oldest))
    const isOld =
      listing.entries.length > 0 &&
      listing.entries.every((entry) => entry.at < oldest && (isFirst || isKnown(reading, entry)))
    // Never beyond the walk's own beginning: what arrived above it meanwhile is still unread.
    top = Math.max(top, ...listing.entries.map((entry) => Math.min(entry.at, startedAt)))
    const lowest = Math.min(startedAt, ...listing.entries.map((entry) => entry.at))
    const seen = remember(reading.seen, fresh)
    const ended = listing.next === undefined || listing.next === page || isOld
    const enough = isFirst && Object.keys(seen).length >= firstRunEntries
    const capped = count >= maxPages
    if (ended || enough || capped) {
      const gap =
        capped && !ended && !isFirst && lowest > oldest ? { from: oldest, to: lowest, reason: tooMany } : undefined
      const floor = isFirst ? (ended ? oldest : lowest) : before.floor
      const from = ended ? Math.max(oldest, 0) : lowest
      const finished = trim({ top: top || startedAt, floor, seen, readAt: startedAt })
      yield {
        fresh: itemsOf(fresh),
        reading: finished,
        done: true,
        covered: { from, to: startedAt },
        ...(gap ? { gap } : {}),
      }
      return
    }
    page = listing.next
    reading = { ...before, seen, walk: { page: page ?? '', top, startedAt } }
    yield { fresh: itemsOf(fresh), reading, done: false, covered: { from: lowest, to: startedAt } }
  }
}

const tooMany = `More than ${maxPages} pages were waiting; the oldest of them were not read.`

/** A continued walk may find its page gone: then it begins again at the top, where `seen` keeps it from repeating. */
async function fetchFrom<Item>(
  fetchPage: (page: string | undefined) => Promise<Listing<Item>>,
  page: string | undefined,
  isFirst: boolean,
): Promise<Listing<Item>> {
  try {
    return await fetchPage(page)
  } catch (error) {
    if (!isFirst || page === undefined || !isConnectorError(error) || error.kind !== 'rejected') throw error
    return await fetchPage(undefined)
  }
}

function isKnown(reading: Reading, entry: Entry<unknown>): boolean {
  return entry.item === undefined || entry.at <= reading.floor || digest(entry.key) in reading.seen
}

function remember(seen: Reading['seen'], fresh: Entry<unknown>[]): Reading['seen'] {
  return { ...seen, ...Object.fromEntries(fresh.map((entry) => [digest(entry.key), entry.at])) }
}

/** Only between walks: while one runs, what it has just read is not yet a floor for what lies below. */
function trim(reading: Reading): Reading {
  const entries = Object.entries(reading.seen).toSorted(([, a], [, b]) => b - a)
  const dropped = entries.slice(keptEntries)
  const floor = Math.max(reading.floor, ...dropped.map(([, at]) => at))
  return { ...reading, floor, seen: Object.fromEntries(entries.slice(0, keptEntries)) }
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 12)
}

function itemsOf<Item>(entries: Entry<Item>[]): Item[] {
  return entries.flatMap((entry) => (entry.item === undefined ? [] : [entry.item]))
}
