import type { Sentiment } from './classification.ts'

/** One mention of a sample, with what two people said of it. */
export interface AuditItem {
  /** As the reports counted it when the sample was drawn. */
  said: Sentiment
  labelA: Sentiment | null
  labelB: Sentiment | null
  /** Decided where the two differ. */
  verdict: Sentiment | null
}

export type Seat = 'A' | 'B'

/** What people found in the end; undefined while a label or a decision is missing. */
export function truthOf({ labelA, labelB, verdict }: AuditItem): Sentiment | undefined {
  const one = labelA ?? labelB
  if (one === null) return undefined
  return labelA === null || labelB === null || labelA === labelB ? one : (verdict ?? undefined)
}

/** Both have labelled it, differently. */
export function isDisputed({ labelA, labelB }: AuditItem): boolean {
  return labelA !== null && labelB !== null && labelA !== labelB
}

export function labelBy(item: AuditItem, seat: Seat): Sentiment | null {
  return seat === 'A' ? item.labelA : item.labelB
}

/** YYYY-MM of a moment, UTC. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7)
}

/** Epoch ms, half open. */
export function spanOfMonth(month: string): { from: number; to: number } {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return { from: Date.UTC(year, number - 1), to: Date.UTC(year, number) }
}
