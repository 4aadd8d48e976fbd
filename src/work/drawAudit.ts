import { monthOf, spanOfMonth } from '../domain/labelAudit.ts'
import { drawSample, seededRandom } from '../domain/seededRandom.ts'
import type { Sentiment } from '../domain/classification.ts'
import { createAudit, fillAudit, findAudit, listCounted, seqRange } from '../store/audits.ts'
import { loadSetting } from '../store/settings.ts'
import type { WorkContext } from './context.ts'

/** Arrival numbers read in one go. */
const windowSize = 5000
/** Drawn beyond the size, to stand in for what is edited or deleted before it is labelled. */
const reserveShare = 0.2

/** Draws the sample of an audit: a simple random one over everything that reports count of its month. */
export async function drawAudit(context: WorkContext, { auditId }: { auditId: string }, signal: AbortSignal) {
  const { read } = context.store
  const audit = await findAudit(read, auditId)
  if (audit?.state !== 'drawing') return
  const span = spanOfMonth(audit.month)
  const { first, last } = await seqRange(read)
  const counted: { seq: number; version: number; said: Sentiment }[] = []
  for (let from = first; from <= last; from += windowSize) {
    signal.throwIfAborted()
    const rows = await listCounted(read, span, { first: from, last: from + windowSize - 1 })
    for (const { seq, version, said } of rows) if (said) counted.push({ seq, version, said })
    await new Promise((resolve) => setImmediate(resolve))
  }
  const wanted = Math.ceil(audit.size * (1 + reserveShare))
  const drawn = drawSample(counted, wanted, seededRandom(audit.seed))
  await context.store.write((tx) => fillAudit(tx, audit, drawn, counted.length))
}

/** Where it is switched on: the sample of the month that has just ended. */
export async function drawMonthly(context: WorkContext): Promise<void> {
  const setting = await loadSetting(context.store.read, 'labelAudit')
  if (!setting?.monthly) return
  const now = context.now()
  const month = monthOf(spanOfMonth(monthOf(now)).from - 1)
  const seed = Math.floor(context.random() * 2 ** 31)
  await context.store.write((tx) => createAudit(tx, { now, newId: context.newId }, { month, size: setting.size, seed }))
}
