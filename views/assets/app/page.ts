// Small questions about the page that several parts ask.
export interface Htmx {
  ajax(
    verb: string,
    path: string,
    context: { target?: string | Element; swap?: string; source?: Element },
  ): Promise<void>
}

export function htmx(): Htmx {
  return (window as unknown as { htmx: Htmx }).htmx
}

export function byId<T extends HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null
}

export function all<T extends HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)]
}

/** Said to screen readers, politely. */
export function announce(text: string): void {
  const live = byId('live')
  if (live) live.textContent = text
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}

export function openThreadId(): string | undefined {
  return document.querySelector<HTMLElement>('#thread-pane > .thread')?.dataset['thread']
}

/** Calls `run` for what is there now and for everything that a swap brings. */
export function onContent(run: (root: ParentNode) => void): void {
  run(document)
  document.addEventListener('htmx:after:swap', () => run(document))
}
