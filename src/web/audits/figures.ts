import type { AuditFiguresModel, SharesModel } from '../../../views/parts/AuditFigures.tsx'
import { agreement, auditFigures, correctShares, leastAudited, type AuditedLabel } from '../../classify/audit.ts'
import { sentiments, type Sentiment } from '../../domain/classification.ts'
import { truthOf, type AuditItem } from '../../domain/labelAudit.ts'
import { seededRandom } from '../../domain/seededRandom.ts'
import { loadClosedAudits } from '../../store/audits.ts'
import { dayMs } from '../../store/clocks.ts'
import type { Reader } from '../../store/store.ts'

/** Audits that speak for today: older ones may be of another classifier and other customers. */
const mostAudits = 3
const mostDays = 150

/** Of a closed audit. The same audit gives the same intervals on every look. */
export function figuresOf(items: readonly AuditItem[], seed: number): AuditFiguresModel | undefined {
  const random = seededRandom(seed)
  const figures = auditFigures(labelsOf(items), random)
  if (!figures) return undefined
  const pairs = items.flatMap(({ labelA, labelB }) =>
    labelA !== null && labelB !== null ? [[labelA, labelB] as const] : [],
  )
  const both = pairs.length > 0 ? agreement(pairs, random) : undefined
  return { ...figures, ...(both ? { agreement: both } : {}) }
}

function labelsOf(items: readonly AuditItem[]): AuditedLabel[] {
  return items.flatMap((item) => {
    const truth = truthOf(item)
    return truth ? [{ said: item.said, truth }] : []
  })
}

/** What the last audits make of counted labels; without `shares` where too little was audited. */
export async function loadShares(reader: Reader, counts: Record<Sentiment, number>, now: number): Promise<SharesModel> {
  const closed = await loadClosedAudits(reader, now - mostDays * dayMs, mostAudits)
  const labels = closed.flatMap(({ items }) => labelsOf(items))
  const seed = closed.reduce((sum, { audit }) => sum + audit.seed, 0)
  const confusion = sentiments.map((truth) =>
    sentiments.map((said) => labels.filter((one) => one.truth === truth && one.said === said).length),
  )
  return {
    audited: labels.length,
    least: leastAudited,
    months: closed.map(({ audit }) => audit.month),
    shares: correctShares(confusion, counts, seededRandom(seed)),
  }
}
