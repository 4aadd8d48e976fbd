import { createHash } from 'node:crypto'
import type { ProviderSetting } from '../domain/provider.ts'
import { promptVersion } from '../provider/prompt.ts'
import { ProviderError, type Opinion, type Provider } from '../provider/provider.ts'
import type { EnrichRow, Judgement } from '../store/enrich.ts'
import {
  keepOpinion,
  loadOpinions,
  loadOpinionUse,
  mentionsAfter,
  saveOpinionUse,
  type OpinionUse,
  type StoredOpinion,
} from '../store/opinions.ts'
import { askedLayer, writeJudgementsAgain } from '../store/rejudgements.ts'
import { loadWorkspace, maskFor } from '../store/settings.ts'
import type { WorkContext } from './context.ts'

/** What is asked, and by whom; undefined: nobody is asked. Throws ProviderError when it cannot be opened. */
export type OpenProvider = () => Promise<{ setting: ProviderSetting; provider: Provider } | undefined>

const dayMs = 86_400_000
const restMs = 20_000
/** One run of the job; the next one follows at once when there is more. */
const runMs = 25_000
const pageSize = 200
/** After so many failures about one mention, the built-in judgement stands. */
const maxFailures = 3
/** What could not be asked about within this time is no longer worth the money. */
const tooOldMs = 2 * dayMs
/** Enrichment is retried; what still has no judgement after this long does not hold up the others. */
const stuckMs = 10 * 60_000

/**
 * Asks the provider about mentions that the built-in classifier was unsure of, in the order of arrival, one at a time
 * and apart from ingest: a slow or broken provider costs nothing but its opinions. Answers when to run again; undefined
 * when no provider is set up.
 */
export async function askForOpinions(context: WorkContext, signal: AbortSignal): Promise<number | undefined> {
  const startedAt = context.now()
  let use = today(await loadOpinionUse(context.store.read), startedAt)
  try {
    const open = await context.provider()
    if (!open) return undefined
    // Asking another judge hands a text on, as an export does.
    const mask = maskFor(await loadWorkspace(context.store.read))
    const page = await mentionsAfter(context.store.read, use.seq, pageSize)
    for (const row of page) {
      if (signal.aborted || context.now() - startedAt > runMs) return context.now()
      if (row.mention.enrichedAt === null && startedAt - row.mention.ingestedAt < stuckMs) break
      if (!wantsOpinion(row, open.setting, startedAt)) {
        use = { ...use, seq: row.mention.seq }
        continue
      }
      const text = mask(textOf(row.mention))
      const key = keyOf(open.provider, text)
      const known = (await loadOpinions(context.store.read, [key])).get(key)
      if (known === undefined && use.asked >= open.setting.dailyTexts) {
        await context.store.write((tx) => saveOpinionUse(tx, use, context.now()))
        return (use.day + 1) * dayMs
      }
      use = await settle(context, open.provider, { row, text, key, known }, use, signal)
    }
    await context.store.write((tx) => saveOpinionUse(tx, use, context.now()))
    return page.length === pageSize && use.seq === page.at(-1)?.mention.seq ? context.now() : context.now() + restMs
  } catch (error) {
    if (signal.aborted) return context.now()
    if (!(error instanceof ProviderError)) throw error
    return afterFailure(context, use, error)
  }
}

type Mention = EnrichRow['mention']

interface Question {
  row: EnrichRow
  /** As it is handed on. */
  text: string
  key: string
  /** From an earlier answer; undefined: nobody was asked yet. */
  known: StoredOpinion | null | undefined
}

/** One mention: asks unless the answer is known, then keeps answer, judgement and place in one transaction. */
async function settle(
  context: WorkContext,
  provider: Provider,
  { row, text, key, known }: Question,
  before: OpinionUse,
  signal: AbortSignal,
): Promise<OpinionUse> {
  const counted = known === undefined ? { ...before, asked: before.asked + 1 } : { ...before, known: before.known + 1 }
  // Counted before the call: what a crash or a failure cut off was still paid for.
  if (known === undefined) await context.store.write((tx) => saveOpinionUse(tx, counted, context.now()))
  const answer = known === undefined ? await ask(provider, text, counted, signal) : known
  return context.store.write(async (tx) => {
    const now = context.now()
    if (known === undefined) await keepOpinion(tx, key, answer, now)
    const moved = answer
      ? await writeJudgementsAgain(tx, [{ row, judgement: judgementBy(provider.model, row, answer) }])
      : { changed: 0 }
    const use = { ...counted, seq: row.mention.seq, changed: counted.changed + moved.changed, failures: 0, error: null }
    await saveOpinionUse(tx, use, now)
    return use
  })
}

async function ask(provider: Provider, text: string, use: OpinionUse, signal: AbortSignal): Promise<Opinion | null> {
  try {
    return (await provider.judge(text, signal)) ?? null
  } catch (error) {
    if (error instanceof ProviderError && !error.permanent && use.failures + 1 >= maxFailures) {
      // Perhaps this very text is what breaks it.
      if (!signal.aborted) return null
    }
    throw new CountedFailure(error, use)
  }
}

/** Carries the count of what was asked past the failure. */
class CountedFailure extends ProviderError {
  readonly use: OpinionUse
  constructor(cause: unknown, use: OpinionUse) {
    const known = cause instanceof ProviderError ? cause : undefined
    super(cause instanceof Error ? cause.message : String(cause), {
      permanent: known?.permanent ?? false,
      ...(known?.retryAt === undefined ? {} : { retryAt: known.retryAt }),
      cause,
    })
    this.use = use
  }
}

async function afterFailure(context: WorkContext, before: OpinionUse, error: ProviderError): Promise<number> {
  const now = context.now()
  const use = error instanceof CountedFailure ? error.use : before
  const failures = use.failures + 1
  const waitMs = error.permanent ? 600_000 : Math.min(3_600_000, 15_000 * 2 ** Math.min(failures, 8))
  await context.store.write((tx) =>
    saveOpinionUse(tx, { ...use, failures, error: { message: error.message, at: now } }, now),
  )
  return Math.max(error.retryAt ?? 0, now + waitMs)
}

function today(use: OpinionUse, now: number): OpinionUse {
  const day = Math.floor(now / dayMs)
  return use.day === day ? use : { ...use, day, asked: 0, known: 0, changed: 0 }
}

/** A label of a person, or of a rule, needs no second opinion. */
function wantsOpinion({ mention }: EnrichRow, setting: ProviderSetting, now: number): boolean {
  const { classification: details } = mention
  if (mention.enrichedAt === null || mention.isOwn || mention.deletedAt !== null) return false
  if (details?.human || details?.layer === '3' || textOf(mention).trim() === '') return false
  return (mention.confidence ?? 0) < setting.threshold && now - mention.ingestedAt < tooOldMs
}

function textOf({ title, text }: Mention): string {
  return title ? `${title}\n${text}` : text
}

function keyOf(provider: Provider, text: string): string {
  const asked = `${provider.model}\n${promptVersion}\n${text.replace(/\s+/g, ' ').trim()}`
  return createHash('sha256').update(asked.toWellFormed()).digest('base64url')
}

/** The rest of the probability is shared as the built-in classifier saw it. */
function judgementBy(model: string, { mention }: EnrichRow, opinion: StoredOpinion): Judgement {
  const earlier = { negative: 1 / 3, neutral: 1 / 3, positive: 1 / 3, ...mention.classification?.probabilities }
  const others = 1 - earlier[opinion.sentiment] || 1
  const share = (label: keyof typeof earlier): number =>
    label === opinion.sentiment ? opinion.confidence : ((1 - opinion.confidence) * earlier[label]) / others
  const probabilities = { negative: share('negative'), neutral: share('neutral'), positive: share('positive') }
  return {
    lang: mention.lang ?? 'und',
    sentiment: opinion.sentiment,
    score: probabilities.positive - probabilities.negative,
    confidence: opinion.confidence,
    intents: opinion.intents?.map((label) => ({ label, confidence: opinion.confidence })) ?? mention.intents ?? [],
    urgency: mention.urgency ?? 'low',
    model,
    details: { ...mention.classification, probabilities, unsure: opinion.confidence < 0.5, layer: askedLayer },
  }
}
