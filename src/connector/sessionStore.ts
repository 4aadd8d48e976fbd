/** Small durable memory of a source. The store implements it over a sealed column. */
export interface SessionStore {
  /** JSON value last saved for the source; undefined when there is none. */
  get(sourceId: string): Promise<unknown>
  /** Saves what `change` answers; one change of a source at a time, also across processes. Answers the saved value. */
  update(sourceId: string, change: (current: unknown) => Promise<unknown>): Promise<unknown>
}

export function createMemorySessionStore(): SessionStore {
  const values = new Map<string, unknown>()
  const queues = new Map<string, Promise<unknown>>()
  return {
    get: async (sourceId) => values.get(sourceId),
    update(sourceId, change) {
      const before = queues.get(sourceId) ?? Promise.resolve()
      const turn = before
        .catch(() => {})
        .then(async () => {
          const value = await change(values.get(sourceId))
          values.set(sourceId, value)
          return value
        })
      queues.set(sourceId, turn)
      return turn
    },
  }
}
