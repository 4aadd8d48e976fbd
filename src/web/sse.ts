import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import type { BusEvent } from '../bus.ts'
import { findThreadIds } from '../store/thread.ts'
import { findSession } from '../store/users.ts'
import { viewerOf, type Ctx, type Web } from './web.ts'

/** What a tab is told: ids only. It fetches what it shows with its own rights. */
interface Message {
  event: 'arrived' | 'thread' | 'source' | 'stale'
  data: string
}

const shared = new WeakMap<BusEvent, Promise<Message | undefined>>()

/** One look-up and one text for an event, however many tabs are open. */
function messageOf(web: Web, event: BusEvent): Promise<Message | undefined> {
  const found = shared.get(event) ?? describe(web, event)
  shared.set(event, found)
  return found
}

async function describe(web: Web, { notice }: BusEvent): Promise<Message | undefined> {
  if (notice.type === 'source') return { event: 'source', data: JSON.stringify({ id: notice.sourceId }) }
  if (notice.type !== 'thread') return undefined
  const id = (await findThreadIds(web.store.read, [notice.threadSeq])).get(notice.threadSeq)
  if (id === undefined) return undefined
  if (notice.isNew) return { event: 'arrived', data: JSON.stringify({ n: 1, id }) }
  return { event: 'thread', data: JSON.stringify({ id, reason: notice.reason }) }
}

const heartbeatMs = 25_000

/**
 * The live stream of one tab. It closes while the tab is hidden and comes back with the last id it has seen: then what it
 * missed is replayed, or it is told that too much was missed (`stale`).
 */
export function streamEvents(c: Ctx): Response {
  const web = c.get('web')
  const { session } = viewerOf(c)
  const after = c.req.header('Last-Event-ID') || c.req.query('after') || web.bus.lastId()
  c.header('X-Accel-Buffering', 'no')
  return streamSSE(c, async (stream) => {
    const queue = createQueue(web, stream)
    // Subscribed before the replay is read: nothing falls between the two.
    const leave = web.bus.subscribe(queue.add)
    stream.onAbort(() => {
      leave()
      queue.close()
    })
    const missed = web.bus.since(after)
    if (missed) for (const event of missed) queue.add(event)
    else await stream.writeSSE({ event: 'stale', data: '{}', id: web.bus.lastId() })
    await queue.run(async () => {
      // Signed out, disabled or expired: the stream ends with the session.
      const alive = await findSession(web.store.read, session.id, web.clock.now())
      return alive !== undefined
    })
    leave()
  })
}

function createQueue(web: Web, stream: SSEStreamingApi) {
  const waiting: BusEvent[] = []
  const seen = new Set<string>()
  let wake: () => void = () => undefined
  let closed = false
  return {
    add(event: BusEvent) {
      if (seen.has(event.id)) return
      seen.add(event.id)
      if (seen.size > 5000) seen.clear()
      waiting.push(event)
      wake()
    },
    close() {
      closed = true
      wake()
    },
    async run(isAlive: () => Promise<boolean>): Promise<void> {
      while (!closed && !stream.aborted && (await isAlive())) {
        for (let event = waiting.shift(); event && !closed; event = waiting.shift()) {
          const message = await messageOf(web, event)
          if (message) await stream.writeSSE({ ...message, id: event.id })
        }
        if (closed || stream.aborted) return
        if (waiting.length === 0 && !(await waitFor(heartbeatMs, (done) => (wake = done))))
          await stream.write(': still here\n\n')
      }
    },
  }
}

/** True when woken, false after the time. */
function waitFor(ms: number, onWake: (done: () => void) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    onWake(() => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}
