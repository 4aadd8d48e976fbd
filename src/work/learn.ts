import { inputOf } from '../classify/inputOf.ts'
import type { Correction } from '../classify/learn.ts'
import { leastCorrections } from '../domain/learning.ts'
import { countLabels, loadLabels, newestLabel, queueLearning, type HeldLabel } from '../store/labels.ts'
import { findActiveModel, listModels, saveTrained } from '../store/models.ts'
import { offerRejudgement } from '../store/rejudgements.ts'
import { loadJudgingSettings } from '../store/settings.ts'
import type { WorkContext } from './context.ts'

/** The newest mentions of the log; training takes some milliseconds each. */
const mostLines = 4000
/** Training takes one part in so many of the time of a core, however fast people correct. */
const restFactor = 20
const leastRestMs = 60_000

/** For the clock: corrections whose job was lost, and a new base after an upgrade. */
export async function lookForCorrections(context: WorkContext): Promise<void> {
  await context.store.write((tx) => queueLearning(tx, context.now()))
}

/** Builds a new version from the log and lets it judge if the guard finds nothing against it. Answers when to look again. */
export async function learnFromLog(
  context: WorkContext,
  { asked }: { asked: boolean },
  signal: AbortSignal,
): Promise<number | undefined> {
  const { read } = context.store
  const { learns } = await loadJudgingSettings(read)
  const [last] = await listModels(read, 1)
  const logSeq = await newestLabel(read)
  const active = await findActiveModel(read)
  const outdated = active !== undefined && (await context.classifier()).version !== active.name
  if (!asked && (!learns || (!outdated && last && last.logSeq >= logSeq))) return undefined
  const { corrected } = await countLabels(read)
  if (corrected < leastCorrections) return undefined
  const restMs = Math.max(leastRestMs, (last?.figures.tookMs ?? 0) * restFactor)
  if (!asked && last && context.now() < last.createdAt + restMs) return last.createdAt + restMs

  const labels = await loadLabels(read, mostLines)
  // A version over an earlier base cannot be tried beside one over the present base.
  const championLines =
    active && !outdated ? labels.filter((label) => label.firstSeq <= active.logSeq).length : undefined
  const trained = await context.train(labels.map(correctionOf), championLines, signal)
  const stamp = { now: context.now(), newId: context.newId }
  await context.store.write(async (tx) => {
    await saveTrained(tx, { ...trained, logSeq }, stamp)
    if (trained.accepted) await offerRejudgement(tx, stamp)
  })
  context.log.info('learned from corrections', { model: trained.name, ...outcome(trained) })
  // Corrections of the meantime found this job open and made none of their own.
  return (await newestLabel(read)) > logSeq ? context.now() + restMs : undefined
}

function outcome({ accepted, figures }: Awaited<ReturnType<WorkContext['train']>>) {
  const { reason, corrections, acceptances, tookMs } = figures
  return { accepted, reason, corrections, acceptances, tookMs }
}

/** The label is what a person said or left; without it the base's own answer would count as accepted. */
function correctionOf({ accepted, sentiment, intents, mention }: HeldLabel): Correction {
  const { text, kind, lang } = inputOf(mention)
  return {
    text,
    kind,
    ...(lang ? { lang } : {}),
    ...(sentiment ? { sentiment } : {}),
    ...(intents && intents.length > 0 ? { intents } : {}),
    ...(accepted ? { accepted } : {}),
  }
}
