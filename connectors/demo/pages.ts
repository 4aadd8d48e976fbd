import type { Position, WorldEvent } from './world/events.ts'

export interface EventPage {
  events: WorldEvent[]
  begin: Position
  /** Everything up to here is in this page or an earlier one. */
  end: Position
  isLast: boolean
}

const pageSize = 100

/** Cuts the feed into pages. An item is at most once on a page: a store may write a page as one statement. */
export function pages(events: readonly WorldEvent[], begin: Position, end: Position): EventPage[] {
  const cut: EventPage[] = []
  let current: WorldEvent[] = []
  let from = begin
  for (const event of events) {
    if (current.length === pageSize || current.some((other) => other.item.externalId === event.item.externalId)) {
      const last = current.at(-1)
      const to = last ? { at: last.at, key: last.key } : from
      cut.push({ events: current, begin: from, end: to, isLast: false })
      from = to
      current = []
    }
    current.push(event)
  }
  return [...cut, { events: current, begin: from, end, isLast: true }]
}
