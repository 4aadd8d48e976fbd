import { all } from './page.ts'

/** The choice shows at once; the form still posts it, so that it holds on the next page and device. */
export function startTheme(): void {
  document.addEventListener('click', (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLButtonElement>('[data-theme-choice]') : null
    const form = button?.form
    if (!button || !form) return
    event.preventDefault()
    document.documentElement.dataset['theme'] = button.value
    all('[data-theme-choice]').forEach((one) => one.setAttribute('aria-pressed', String(one === button)))
    const body = new URLSearchParams([...new FormData(form, button)].map(([name, value]) => [name, String(value)]))
    void fetch(form.action, { method: 'POST', body, headers: { 'HX-Request': 'true' } }).catch(() => undefined)
  })
}
