import type { ThreadState } from './thread.ts'

/** Entries of the log that the classifier learns from. */
export type LabelKind = 'corrected' | 'accepted'
/** Where the label was given; `audit`: a random sample, `stars`: where they disagreed with the text. */
export const labelVias = ['thread', 'inbox', 'api', 'audit', 'stars'] as const
export type LabelVia = (typeof labelVias)[number]

/** Newest mentions of a thread that count as seen: further up nobody looks again before answering. */
export const mostAccepted = 10

/**
 * The one definition of implicit acceptance: a person had the conversation with its labels on the screen, answered it,
 * resolved it or decided to leave it, and did not touch the label. `spam` says nothing of the tone. Asked by the forms of
 * the thread's page only: decisions on many threads at once, of programs and of the clock accept nothing, because nobody
 * looked.
 */
export function acceptsLabels(decision: 'replied' | ThreadState): boolean {
  return decision === 'replied' || decision === 'resolved' || decision === 'ignored'
}
