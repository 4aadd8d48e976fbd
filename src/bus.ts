import type { Notice, Store } from './store/store.ts'

export interface BusEvent {
  /** Grows by one; what `Last-Event-ID` gives back. Carries the start of the process, so that an old tab is recognised. */
  id: string
  at: number
  notice: Notice
}

export interface Bus {
  /** The newest id; `${epoch}-0` before the first event. */
  lastId(): string
  publish(notices: readonly Notice[]): void
  subscribe(listener: (event: BusEvent) => void): () => void
  /** Everything after the id, oldest first; undefined when the ring no longer reaches back that far (or never knew it). */
  since(id: string): BusEvent[] | undefined
  close(): void
}

export interface BusOptions {
  store: Pick<Store, 'onCommit'>
  now(): number
  /** Events kept for tabs that come back. */
  size?: number
}

/** What was committed, told to everybody in this process. PostgreSQL's NOTIFY brings the commits of the others in. */
export function createBus({ store, now, size = 1000 }: BusOptions): Bus {
  const epoch = now().toString(36)
  const listeners = new Set<(event: BusEvent) => void>()
  let ring: BusEvent[] = []
  let last = 0

  function publish(notices: readonly Notice[]): void {
    for (const notice of notices) {
      const event = { id: `${epoch}-${++last}`, at: now(), notice }
      ring.push(event)
      for (const listener of listeners) listener(event)
    }
    // Cut in one go now and then: shifting at every event would move the whole array.
    if (ring.length > 2 * size) ring = ring.slice(-size)
  }

  const stop = store.onCommit(publish)
  return {
    lastId: () => `${epoch}-${last}`,
    publish,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    since(id) {
      const [from, number = ''] = id.split('-')
      const after = Number(number)
      if (from !== epoch || !Number.isInteger(after) || after > last) return undefined
      const missed = last - after
      return missed > Math.min(size, ring.length) ? undefined : ring.slice(ring.length - missed)
    },
    close() {
      stop()
      listeners.clear()
    },
  }
}
