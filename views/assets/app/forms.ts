import { all, onContent } from './page.ts'

/** Forms go out once, selects marked data-submit send themselves, menus close by Escape and by a click elsewhere. */
export function startForms(): void {
  // Captured: htmx listens at the form itself and would be first otherwise.
  document.addEventListener('submit', sendOnce, true)
  document.addEventListener('htmx:finally:request', (event) => release(event.target))
  window.addEventListener('pageshow', () => all<HTMLFormElement>('form[data-sent]').forEach(release))
  document.addEventListener('change', (event) => {
    const control = event.target
    if (control instanceof HTMLSelectElement && control.matches('[data-submit]')) control.form?.requestSubmit()
  })
  document.addEventListener('click', (event) => closeMenus(event.target))
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeMenus(null)
  })
  onContent((root) => all('[data-plain]', root).forEach((field) => (field.spellcheck = false)))
}

/** Two clicks on Send are one reply: the server knows it by replyId, and the second click does not even leave. */
function sendOnce(event: SubmitEvent): void {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !form.matches('[data-once]')) return
  if (form.dataset['sent']) {
    event.preventDefault()
    event.stopImmediatePropagation()
    return
  }
  form.dataset['sent'] = '1'
  // After the event, so that the pressed button's own name and value are still part of the form.
  setTimeout(() =>
    all<HTMLButtonElement>('button[type=submit]', form).forEach((button) => button.setAttribute('aria-busy', 'true')),
  )
}

function release(target: EventTarget | null): void {
  const form = target instanceof Element ? target.closest<HTMLFormElement>('form[data-sent]') : null
  if (!form) return
  delete form.dataset['sent']
  all<HTMLButtonElement>('[aria-busy]', form).forEach((button) => button.removeAttribute('aria-busy'))
}

function closeMenus(target: EventTarget | null): void {
  for (const menu of all<HTMLDetailsElement>('details[data-menu][open]')) {
    if (target instanceof Node && menu.contains(target)) continue
    const hadFocus = menu.contains(document.activeElement)
    menu.open = false
    if (hadFocus && target === null) menu.querySelector('summary')?.focus()
  }
}
