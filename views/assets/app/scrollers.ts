import { all } from './page.ts'

/**
 * A table that is wider than its box can be scrolled by keyboard: the box takes the focus where nothing inside does.
 * And of tabs that do not fit, the current one is in sight.
 */
export function startScrollers(): void {
  const boxes = new ResizeObserver((entries) => entries.forEach(({ target }) => markScroller(target as HTMLElement)))
  const watch = () => all('.table-scroll').forEach((box) => boxes.observe(box))
  document.addEventListener('htmx:after:swap', watch)
  watch()
  for (const tab of all('.tabs [aria-current]')) {
    const row = tab.parentElement
    if (row) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2
  }
}

function markScroller(box: HTMLElement): void {
  const name = box.querySelector('table')?.getAttribute('aria-label') ?? ''
  const isStuck = box.scrollWidth > box.clientWidth && box.querySelector('a[href], button, input, select') === null
  for (const [attribute, value] of [
    ['tabindex', '0'],
    ['role', 'region'],
    ['aria-label', name],
  ] as const) {
    if (isStuck && value !== '') box.setAttribute(attribute, value)
    else box.removeAttribute(attribute)
  }
}
