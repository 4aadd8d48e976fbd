import type { Position, WorldEvent } from './world/events.ts'

export interface EventPage {
  events: WorldEvent[]
  begin: Position
  /** Everything up to here is in this page or an earlier one. */
  end: Position
  isLast: boolean
}

const pageSize = 100

/** Cuts the feed into pages. An item is at most once on a page: a store may write a page as
 * one statement. Versions of an edited text come on pages of their own; an owner's answer to a review does not need one. */
export function pages(events: readonly WorldEvent[], begin: Position, end: Position): EventPage[] {
  const cut: EventPage[] = []
  let current: WorldEvent[] = []
  let from = begin
  let reached = begin
  for (const event of events) {
    const known = current.findIndex((other) => other.item.externalId === event.item.externalId)
    if (known >= 0 && event.replaces) {
      current[known] = event
      reached = { at: event.at, key: event.key }
      continue
    }
    if (current.length === pageSize || known >= 0) {
      cut.push({ events: current, begin: from, end: reached, isLast: false })
      from = reached
      current = []
    }
    current.push(event)
    reached = { at: event.at, key: event.key }
  }
  return [...cut, { events: current, begin: from, end, isLast: true }]
}
