import type { Child } from 'hono/jsx'
import { ViewProvider } from './context.tsx'
import type { View } from './context.tsx'

/** A whole document or one part as HTML. The view (language, zone, clock) reaches every component inside. */
export function render(view: View, content: Child): string {
  return String(<ViewProvider view={view}>{content}</ViewProvider>)
}

/** Another region changed by the same answer or pushed over the stream. `target` is a CSS selector. */
export function renderPartial(view: View, target: string, content: Child, swap = 'outerMorph'): string {
  return String(
    <hx-partial hx-target={target} hx-swap={swap}>
      <ViewProvider view={view}>{content}</ViewProvider>
    </hx-partial>,
  )
}
