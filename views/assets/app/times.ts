import { formatAge, formatAhead, formatDuration } from '../../format.ts'
import { all } from './page.ts'

/** Ages and clocks stay true while the page is open. Drift against the server's clock is taken out. */
export function startTimes(): void {
  const drift = Date.now() - Number(document.body.dataset['now'] ?? Date.now())
  const skew = Math.abs(drift) > 60_000 ? drift : 0
  setInterval(() => {
    if (!document.hidden) refresh(Date.now() - skew)
  }, 15_000)
}

function refresh(now: number): void {
  const locale = document.documentElement.lang || 'en'
  const viewer = { locale, zone: document.body.dataset['zone'] ?? 'UTC', now }
  for (const time of all<HTMLTimeElement>('time[data-age]')) {
    const at = Date.parse(time.dateTime)
    const text = time.dataset['age'] === 'long' ? formatAhead(at, viewer) : formatAge(at, viewer)
    if (time.textContent !== text) time.textContent = text
  }
  for (const clock of all('.clock[data-due]')) refreshClock(clock, now, locale)
}

/** The sentence around the figure comes from the server: only the figure is replaced, and the state when it tips over. */
function refreshClock(clock: HTMLElement, now: number, locale: string): void {
  const left = (Number(clock.dataset['due']) - now) / 1000
  const place = clock.querySelector('.clock-text')
  const template = left < 0 ? clock.dataset['over'] : clock.dataset['left']
  if (!place || !template) return
  place.textContent = template.replace('{n}', formatDuration(Math.abs(left), locale))
  if (left < 0 && !clock.classList.contains('clock-breached')) {
    clock.classList.remove('clock-on_track', 'clock-at_risk')
    clock.classList.add('clock-breached')
  }
}
