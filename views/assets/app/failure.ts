import { byId } from './page.ts'

interface Detail {
  ctx?: { sourceElement?: Element; response?: { status?: number } }
  status?: number
}

/** A request that failed says so beside the work, in the flash region; nothing that was on screen goes. */
export function startFailure(): void {
  document.addEventListener('htmx:response:error', (event) => report((event as CustomEvent<Detail>).detail))
  document.addEventListener('htmx:error', (event) => report((event as CustomEvent<Detail>).detail))
  document.addEventListener('htmx:before:request', () => byId('flash')?.querySelector('.flash-live')?.remove())
}

function report(detail: Detail): void {
  const texts = byId('live')?.dataset
  const flash = byId('flash')
  // The stream mends itself, and a refused form (409, 422) answers with its own words.
  if (!texts || !flash || detail.ctx?.sourceElement?.id === 'stream') return
  const status = detail.ctx?.response?.status ?? 0
  if (status === 409 || status === 422) return
  const text = status === 0 ? texts['offline'] : status === 403 ? texts['forbidden'] : texts['failed']
  flash.querySelector('.flash-live')?.remove()
  const box = document.createElement('div')
  box.className = 'flash flash-bad flash-live'
  box.setAttribute('role', 'alert')
  box.append(Object.assign(document.createElement('p'), { textContent: text ?? '' }))
  flash.append(box)
}
