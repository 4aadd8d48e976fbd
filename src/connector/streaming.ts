import type { StreamPace } from './contract.ts'

/** What streams of connectors have in common: batches, lines and server-sent events. */

/** Something read from a stream, and how far reading has come with it. */
export interface Read<Item, Position> {
  items: Item[]
  position: Position
}

export const defaultPace: StreamPace = { most: 100, withinMs: 500, idleMs: 5_000 }

/**
 * Gathers what a stream brings into batches. While a batch is being saved nothing is read: the reader's pace is the
 * stream's. `position` undefined: nothing was read since the last batch. What was gathered before a failure comes out
 * before the failure does.
 */
export async function* inBatches<Item, Position>(
  source: AsyncIterable<Read<Item, Position>>,
  { most, withinMs, idleMs }: StreamPace,
): AsyncGenerator<{ items: Item[]; position: Position | undefined }> {
  const reader = source[Symbol.asyncIterator]()
  let pending: Promise<IteratorResult<Read<Item, Position>>> | undefined
  let batch: { items: Item[]; position: Position | undefined } = { items: [], position: undefined }
  let dueAt = performance.now() + idleMs
  const take = () => {
    const full = batch
    batch = { items: [], position: undefined }
    return full
  }
  try {
    for (;;) {
      pending ??= reader.next()
      const next = await before(dueAt, pending)
      if (next !== late) {
        pending = undefined
        if (next.done) break
        if (batch.items.length === 0 && next.value.items.length > 0)
          dueAt = Math.min(dueAt, performance.now() + withinMs)
        batch.items.push(...next.value.items)
        batch.position = next.value.position
      }
      if (next !== late && batch.items.length < most && performance.now() < dueAt) continue
      yield take()
      dueAt = performance.now() + idleMs
    }
    if (batch.position !== undefined) yield take()
  } catch (error) {
    if (batch.position !== undefined) yield take()
    throw error
  } finally {
    pending?.catch(() => undefined)
    // Not waited for: a reader at a silent line would make the end wait too. The host's signal ends the line.
    void reader.return?.()?.catch(() => undefined)
  }
}

const late = Symbol('late')

async function before<Value>(dueAt: number, pending: Promise<Value>): Promise<Value | typeof late> {
  let timer: NodeJS.Timeout | undefined
  const clock = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, dueAt - performance.now()), late)
  })
  try {
    return await Promise.race([pending, clock])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Complete lines of a byte stream, those of one arrival together; empty lines included (they are keep-alives). A line
 * that was cut off at the end is dropped: it is half of something. Throws RangeError beyond `maxBytes` a line.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes = 1_000_000): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > maxBytes) throw new RangeError(`a line of more than ${maxBytes} bytes`)
    yield lines
  }
}

/** Several streams as one, in the order in which they bring something. One that fails or ends ends all. */
export async function* merged<Value>(sources: readonly AsyncIterable<Value>[]): AsyncGenerator<Value> {
  const readers = sources.map((source) => source[Symbol.asyncIterator]())
  const ask = (at: number) => readers[at]?.next().then((next) => ({ at, next }))
  const asked = readers.map((_, at) => ask(at))
  try {
    for (;;) {
      const first = await Promise.race(asked)
      if (!first || first.next.done) return
      yield first.next.value
      asked[first.at] = ask(first.at)
    }
  } finally {
    for (const one of asked) one?.catch(() => undefined)
    for (const reader of readers) void reader.return?.()?.catch(() => undefined)
  }
}

export interface ServerEvent {
  event: string
  data: string
}

/** Events of text/event-stream; undefined stands for a comment, which servers send to keep the line alive. */
export async function* serverEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<(ServerEvent | undefined)[]> {
  let event = ''
  let data: string[] = []
  for await (const lines of linesOf(chunks)) {
    const events: (ServerEvent | undefined)[] = []
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n') })
        event = ''
        data = []
      } else if (line.startsWith(':')) events.push(undefined)
      else {
        const colon = line.indexOf(':')
        const name = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (name === 'event') event = value
        else if (name === 'data') data.push(value)
      }
    }
    yield events
  }
}
