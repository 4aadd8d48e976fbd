import { all, announce, byId, htmx, isTyping, openThreadId } from './page.ts'

/**
 * One stream a tab; hx-sse opens it, closes it while the tab is hidden and asks again from the last event id. Unnamed
 * messages are hx-partials. Named ones, all JSON:
 *   arrived  {n, views?: string[]}   new threads, perhaps not in the view on screen
 *   thread   {id}                    a thread changed: its row, and the conversation when it is open
 *   stale    {}                      too much was missed to replay
 */
export function startStream(): void {
  const stream = byId('stream')
  if (!stream) return
  stream.addEventListener('arrived', (event) => arrived(read(event)))
  stream.addEventListener('thread', (event) => threadChanged(String(read(event)['id'] ?? '')))
  stream.addEventListener('stale', () => showBar('stale'))
}

let waiting = 0

function arrived(data: Record<string, unknown>): void {
  const view = byId('inbox-list')?.dataset['view']
  const views = data['views']
  if (view && Array.isArray(views) && !views.includes(view)) return
  waiting += Number(data['n'] ?? 1)
  if (byId('inbox-list') && all('[data-row]').length === 0) fill()
  else showBar('count')
}

const settleMs = 800
const longestMs = 4_000
let filling: ReturnType<typeof setTimeout> | undefined
let fillBy = 0

/** An empty list has nothing that could move under the hand: once the arrivals have settled, it shows them by itself. */
function fill(): void {
  const now = Date.now()
  if (filling === undefined) fillBy = now + longestMs
  clearTimeout(filling)
  filling = setTimeout(
    () => {
      filling = undefined
      if (isTyping(document.activeElement)) showBar('count')
      else location.reload()
    },
    Math.max(0, Math.min(settleMs, fillBy - now)),
  )
}

function showBar(kind: 'count' | 'stale'): void {
  const bar = byId('new-bar')
  if (!bar) return
  const text = kind === 'stale' ? bar.dataset['stale'] : waiting === 1 ? bar.dataset['one'] : bar.dataset['many']
  bar.textContent = (text ?? '').replace('{n}', String(waiting))
  bar.hidden = false
  announce(bar.textContent)
}

/** Rows are morphed in place, never moved; typing in the composer is not touched. */
function threadChanged(id: string): void {
  if (!id) return
  const path = `/threads/${encodeURIComponent(id)}`
  refresh(`row ${id}`, async () => {
    const target = `[id="row-${CSS.escape(id)}"]`
    const search = new URLSearchParams(location.search)
    if (openThreadId() === id) search.set('open', '1')
    if (byId(`row-${id}`)) await htmx().ajax('GET', `${path}/row?${search}`, { target, swap: 'outerMorph' })
  })
  refresh(`conversation ${id}`, async () => {
    const view = byId('inbox-list')?.dataset['view'] ?? ''
    if (openThreadId() === id)
      await htmx().ajax('GET', `${path}/conversation?${new URLSearchParams({ view })}`, {
        target: '#conversation',
        swap: 'outerMorph',
      })
  })
}

const waitingParts = new Map<string, () => Promise<void>>()
let isRefreshing = false

/**
 * One after the other, each part once. htmx holds one waiting request for an element and drops the rest: of queued,
 * sending and sent within a tenth of a second, the last would be the one never shown.
 */
function refresh(key: string, run: () => Promise<void>): void {
  waitingParts.set(key, run)
  if (!isRefreshing) void refreshAll()
}

async function refreshAll(): Promise<void> {
  isRefreshing = true
  // A Map hands out what is added while one walks it.
  for (const [key, run] of waitingParts) {
    waitingParts.delete(key)
    // failure.ts has said what went wrong; the other parts still want to be fresh.
    await run().catch(() => undefined)
  }
  isRefreshing = false
}

function read(event: Event): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse((event as CustomEvent<{ data: string }>).detail.data)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}
