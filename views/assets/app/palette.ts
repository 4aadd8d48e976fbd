import { all, byId } from './page.ts'

interface Command {
  name: string
  key: string
  run(): void
}

/** Ctrl/⌘ K: every page of the rail and views, and every action that the page offers at this moment. */
export function startPalette(): void {
  const dialog = byId<HTMLDialogElement>('palette')
  const input = byId<HTMLInputElement>('palette-input')
  const list = byId('palette-list')
  if (!dialog || !input || !list) return
  prepare(input, list)
  let shown: Command[] = []
  let at = 0
  const draw = () => {
    shown = commands().filter((one) => matches(one.name, input.value))
    at = 0
    list.replaceChildren(...(shown.length > 0 ? shown.map(line) : [emptyLine(dialog)]))
    mark(list, input, at)
  }
  const run = (index: number) => {
    dialog.close()
    shown[index]?.run()
  }
  document.addEventListener('earshot:palette', () => {
    input.value = ''
    draw()
    dialog.showModal()
  })
  input.addEventListener('input', draw)
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      at = (at + (event.key === 'ArrowDown' ? 1 : -1) + shown.length) % Math.max(1, shown.length)
      mark(list, input, at)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(at)
    }
  })
  list.addEventListener('click', (event) => {
    const option = event.target instanceof Element ? event.target.closest('li') : null
    if (option) run([...list.children].indexOf(option))
  })
}

function prepare(input: HTMLInputElement, list: HTMLElement): void {
  input.setAttribute('role', 'combobox')
  input.setAttribute('aria-expanded', 'true')
  input.setAttribute('aria-controls', list.id)
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', list.dataset['label'] ?? '')
}

function commands(): Command[] {
  const out: Command[] = []
  for (const element of [...all('[data-action][data-label]'), ...all('[data-label]')]) {
    const name = element.dataset['label']
    if (!name || element.id === 'palette-list' || out.some((one) => one.name === name)) continue
    out.push({
      name,
      key: element.dataset['go'] ?? element.getAttribute('aria-keyshortcuts') ?? '',
      run: () => element.click(),
    })
  }
  return out
}

function matches(name: string, typed: string): boolean {
  const wanted = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const text = name.toLocaleLowerCase()
  return wanted.every((word) => text.includes(word))
}

function line(command: Command, index: number): HTMLElement {
  const option = document.createElement('li')
  option.id = `palette-${index}`
  option.setAttribute('role', 'option')
  option.append(command.name)
  const keys = document.createElement('span')
  for (const key of command.key.replace('Control', 'Ctrl').split(/[ +]/).filter(Boolean))
    keys.append(Object.assign(document.createElement('kbd'), { textContent: key }))
  option.append(keys)
  return option
}

function emptyLine(dialog: HTMLElement): HTMLElement {
  const option = document.createElement('li')
  option.setAttribute('role', 'option')
  option.setAttribute('aria-disabled', 'true')
  option.textContent = dialog.dataset['empty'] ?? ''
  return option
}

function mark(list: HTMLElement, input: HTMLInputElement, at: number): void {
  ;[...list.children].forEach((option, index) => option.setAttribute('aria-selected', String(index === at)))
  const current = list.children[at]
  input.setAttribute('aria-activedescendant', current?.id ?? '')
  current?.scrollIntoView({ block: 'nearest' })
}
