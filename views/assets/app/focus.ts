import { all, byId } from './page.ts'

/** After a swap the focus goes where the next thing is: the error, the conflict, the opened thread; never to nowhere. */
export function startFocus(): void {
  document.querySelector<HTMLElement>('[data-focus]')?.focus()
  document.addEventListener('htmx:after:swap', (event) => {
    const target = (event as CustomEvent<{ ctx?: { target?: Element } }>).detail.ctx?.target
    if (target?.id === 'thread-pane') threadOpened(target)
  })
  document.addEventListener('click', markRow)
  scrollToFocus()
}

function threadOpened(pane: Element): void {
  scrollToFocus()
  const urgent = pane.querySelector<HTMLElement>('[data-focus]')
  if (urgent) return urgent.focus()
  if (document.activeElement === document.body || document.activeElement === null || isPhone())
    byId('thread-title')?.focus({ preventScroll: true })
}

function scrollToFocus(): void {
  const items = all('#conversation > .item')
  const item = items.find((one) => one.classList.contains('item-focus')) ?? items.at(-1)
  const pane = byId('thread-scroll')
  if (item && pane && pane.scrollHeight > pane.clientHeight) pane.scrollTop = item.offsetTop - pane.offsetTop - 24
}

function markRow(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>('.row-link') : null
  if (!link) return
  all('.row-link[aria-current]').forEach((one) => one.removeAttribute('aria-current'))
  link.setAttribute('aria-current', 'true')
  link.closest('.row')?.classList.remove('row-unread')
}

function isPhone(): boolean {
  return window.matchMedia('(max-width: 759px)').matches
}
