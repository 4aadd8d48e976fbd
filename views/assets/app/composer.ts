import { countTightest } from '../../../src/domain/replyLength.ts'
import type { ReplyLimit } from '../../../src/domain/reply.ts'
import { all, byId, onContent } from './page.ts'

const saveAfterMs = 1200

/** Counts as the platform counts and keeps the draft: here at once, on the server after a pause. */
export function startComposer(): void {
  onContent(() => all<HTMLTextAreaElement>('textarea[data-composer]').forEach(prepare))
}

function prepare(field: HTMLTextAreaElement): void {
  if (field.dataset['ready']) return
  field.dataset['ready'] = '1'
  restore(field)
  count(field)
  let timer = 0
  field.addEventListener('input', () => {
    keep(field)
    count(field)
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void save(field), saveAfterMs)
  })
  field.form?.addEventListener('submit', () => window.clearTimeout(timer))
  window.addEventListener(
    'pagehide',
    () => field.isConnected && field.value !== field.defaultValue && save(field, true),
  )
}

function count(field: HTMLTextAreaElement): void {
  const output = byId<HTMLOutputElement>('reply-count')
  if (!output) return
  const limits = JSON.parse(field.dataset['limits'] ?? '[]') as ReplyLimit[]
  const result = countTightest(field.value, limits)
  if (!result) return
  const left = result.max - result.length
  const template = left < 0 ? field.dataset['over'] : field.dataset['left']
  output.textContent = (template ?? '{n}').replace(
    '{n}',
    Math.abs(left).toLocaleString(document.body.dataset['locale']),
  )
  output.classList.toggle('reply-count-over', left < 0)
}

const keyOf = (field: HTMLTextAreaElement) => `earshot-draft-${field.dataset['composer']}`

interface Kept {
  text: string
  /** By the server's clock, which also says when it last saved. */
  at: number
}

const drift = Date.now() - Number(document.body.dataset['now'] ?? Date.now())
const skewMs = Math.abs(drift) > 60_000 ? drift : 0

/** localStorage may be full or forbidden; the server's copy then stands alone. */
function keep(field: HTMLTextAreaElement): void {
  try {
    const kept: Kept = { text: field.value, at: Date.now() - skewMs }
    if (field.value === '') localStorage.removeItem(keyOf(field))
    else localStorage.setItem(keyOf(field), JSON.stringify(kept))
  } catch {
    say(field, '')
  }
}

/** A text typed here after the server's last copy wins: it was on its way when the page went. */
function restore(field: HTMLTextAreaElement): void {
  const kept = read(field)
  if (!kept || kept.text === '' || kept.text === field.value) return
  if (kept.at <= Number(field.dataset['draftSaved'] ?? 0)) return
  field.value = kept.text
  say(field, field.dataset['restored'] ?? '')
}

function read(field: HTMLTextAreaElement): Kept | undefined {
  try {
    return JSON.parse(localStorage.getItem(keyOf(field)) ?? 'null') ?? undefined
  } catch {
    return undefined
  }
}

async function save(field: HTMLTextAreaElement, leaving = false): Promise<void> {
  const url = field.dataset['draftUrl']
  const form = field.form
  if (!url || !form || form.dataset['sent']) return
  const text = field.value
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])),
      headers: { 'HX-Request': 'true' },
      keepalive: leaving,
    })
    if (!answer.ok) throw new Error(String(answer.status))
    say(field, field.dataset['saved'] ?? '')
    if (field.value === text) forget(field)
  } catch {
    // Offline or the server is away: the copy in this browser stays until the server has one.
    say(field, field.dataset['kept'] ?? '')
  }
}

function forget(field: HTMLTextAreaElement): void {
  try {
    localStorage.removeItem(keyOf(field))
  } catch {
    // Nothing to forget where nothing may be kept.
  }
}

function say(field: HTMLTextAreaElement, text: string): void {
  const place = field.form?.querySelector('#reply-draft')
  if (place) place.textContent = text
}

/** Called when the server has accepted the reply: the thread answered anew with an empty composer. */
document.addEventListener('htmx:after:request', (event) => {
  const detail = (event as CustomEvent<{ ctx?: { sourceElement?: Element; response?: { status: number } } }>).detail
  const form = detail.ctx?.sourceElement
  if (form?.id !== 'reply-form' || (detail.ctx?.response?.status ?? 500) >= 300) return
  const field = form.querySelector<HTMLTextAreaElement>('textarea[data-composer]')
  if (field) forget(field)
})
