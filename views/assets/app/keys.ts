import { all, byId, isTyping } from './page.ts'

let pending = ''
let pendingTimer = 0

/** One key, one action; `g` waits a second for its second key. Nothing fires while somebody types. */
export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      document.dispatchEvent(new CustomEvent('earshot:palette'))
      return
    }
    if (isTyping(event.target)) return whileTyping(event)
    if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return
    if (handle(event.key)) event.preventDefault()
  })
  document.addEventListener('click', (event) => {
    const opener = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-open]') : null
    const dialog = opener && byId<HTMLDialogElement>(opener.dataset['open'] ?? '')
    if (!dialog) return
    event.preventDefault()
    dialog.showModal()
  })
}

function whileTyping(event: KeyboardEvent): void {
  const field = event.target as HTMLElement
  if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
    const form = field.closest('form')
    if (form && field instanceof HTMLTextAreaElement) {
      event.preventDefault()
      form.requestSubmit()
    }
  } else if (event.key === 'Escape' && !field.closest('dialog')) {
    field.blur()
    currentRow()?.focus()
  }
}

const actions: Record<string, () => boolean> = {
  j: () => move(1),
  k: () => move(-1),
  r: () => focus('f-reply-text'),
  a: () => focus('assignee'),
  s: () => focus('thread-state'),
  '/': () => focus('search'),
  t: () => openBox('tag-box', 'f-tags'),
  z: () => openBox('snooze-box'),
  e: () => press('[data-action=resolve]'),
  x: () => press('[data-action=relevance]'),
  n: () => openNote(),
  '.': () => press('#new-bar:not([hidden])'),
  '?': () => press('[data-open=shortcuts]'),
  Enter: () => openCurrent(),
  Escape: () => focusElement(currentRow()),
}

function handle(key: string): boolean {
  if (pending === 'g') {
    pending = ''
    return press(`[data-go="g ${CSS.escape(key)}"]`)
  }
  if (key === 'g') {
    pending = 'g'
    window.clearTimeout(pendingTimer)
    pendingTimer = window.setTimeout(() => (pending = ''), 1000)
    return true
  }
  // A page may give its own buttons keys: they go first there.
  return press(`[data-key="${CSS.escape(key)}"]`) || (actions[key]?.() ?? false)
}

function rows(): HTMLElement[] {
  return all('.row-link, [data-row-link]')
}

function currentRow(): HTMLElement | undefined {
  const list = rows()
  return list.find((row) => row === document.activeElement) ?? list.find((row) => row.hasAttribute('aria-current'))
}

/** Moves the focus only; where a thread is open beside the list, it opens the next one too. */
function move(step: number): boolean {
  const list = rows()
  const current = currentRow()
  const next = list[current ? Math.min(list.length - 1, Math.max(0, list.indexOf(current) + step)) : 0]
  if (!next) return false
  next.focus()
  next.scrollIntoView({ block: 'nearest' })
  if (document.querySelector('#thread-pane > .thread') && next !== current) next.click()
  return true
}

function openCurrent(): boolean {
  if (document.activeElement !== document.body) return false
  const row = currentRow()
  row?.click()
  return Boolean(row)
}

function openNote(): boolean {
  const box = document.querySelector<HTMLDetailsElement>('.note-box')
  if (box) box.open = true
  return focus('note-text')
}

/** Opens a menu of the thread and puts the focus into it. */
function openBox(id: string, field?: string): boolean {
  const box = byId<HTMLDetailsElement>(id)
  if (!box) return false
  box.open = true
  return field ? focus(field) : focusElement(box.querySelector<HTMLElement>('.menu-panel button'))
}

function focus(id: string): boolean {
  const field = byId(id)
  if (field instanceof HTMLInputElement) field.select()
  return focusElement(field)
}

function focusElement(element: HTMLElement | null | undefined): boolean {
  element?.focus()
  return Boolean(element)
}

function press(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector)
  element?.click()
  return Boolean(element)
}
