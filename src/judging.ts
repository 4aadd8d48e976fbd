import type { Knowledge } from './classify/classifier.ts'
import { areApplicable } from './classify/delta.ts'
import type { Classifier } from './classify/types.ts'
import type { Judging } from './classify/workspace.ts'
import type { Log } from './log.ts'
import { unpackBlob } from './store/blob.ts'
import { loadJudging, loadModelRevision } from './store/models.ts'
import { loadJudgingSettings } from './store/settings.ts'
import { isWriting, type Store } from './store/store.ts'

/** Notices reach the processes of one database server; a command beside SQLite is noticed by looking again, ms. */
const recheckMs = 10_000

/**
 * The classifier as this workspace taught it, the same for pages and workers: follows the active version, the pins and
 * the threshold while running. The models are read when the first text is judged: a process that only shows lists
 * never loads them.
 */
export function createJudging(
  store: Store,
  modelsFolder: string,
  log: Pick<Log, 'warn'>,
  elapsed: () => number,
): () => Promise<Classifier> {
  let loading: ReturnType<typeof loadModels> | undefined
  let refreshing: Promise<Classifier> | undefined
  let current: Classifier | undefined
  let revision = ''
  let checkedAt = -Infinity
  store.onCommit((notices) => {
    if (notices.some((notice) => notice.type === 'judging')) checkedAt = -Infinity
  })

  async function refresh(): Promise<Classifier> {
    checkedAt = elapsed()
    const { unsureBelow } = await loadJudgingSettings(store.read)
    const now = `${await loadModelRevision(store.read)} ${unsureBelow}`
    if (current && now === revision) return current
    const { base, workspaceClassifier } = await (loading ??= loadModels(modelsFolder))
    const taught = await loadTaught(store, base.version, log)
    current = workspaceClassifier(base, { ...taught, unsureBelow })
    revision = now
    return current
  }

  return async () => {
    if (current && (isWriting() || elapsed() - checkedAt < recheckMs)) return current
    refreshing ??= refresh().finally(() => (refreshing = undefined))
    return refreshing
  }
}

async function loadModels(folder: string) {
  const [{ createBase }, { loadArtefacts }, { workspaceClassifier }] = await Promise.all([
    import('./classify/classifier.ts'),
    import('./classify/load.ts'),
    import('./classify/workspace.ts'),
  ])
  return { base: createBase(loadArtefacts(folder)), workspaceClassifier }
}

/**
 * A delta lies over one base: under another one, or after a release that learns otherwise, it waits to be trained anew,
 * and only the pins hold.
 */
async function loadTaught(
  store: Store,
  baseVersion: string,
  log: Pick<Log, 'warn'>,
): Promise<Pick<Judging, 'knowledge' | 'temperature'>> {
  try {
    const { active, pins } = await loadJudging(store.read)
    const pinned = pins ? (unpackBlob(pins) as Knowledge['pinned']) : new Map() // as training.ts packs it
    const fits = active?.delta && active.base === baseVersion ? active : undefined
    const delta = fits?.delta && (unpackBlob(fits.delta) as Pick<Knowledge, 'sentiment' | 'intents'>) // as training.ts packs it
    if (!fits || !delta || !areApplicable([...Object.values(delta.sentiment), delta.intents])) {
      const version = baseVersion
      return pinned.size > 0 ? { knowledge: { version, sentiment: {}, pinned }, temperature: 1 } : { temperature: 1 }
    }
    const temperature = fits.figures.calibration?.temperature ?? 1
    return { knowledge: { ...delta, version: fits.name, pinned }, temperature }
  } catch (error) {
    // Judging by the built-in model is worth more than none.
    log.warn('what was learned could not be read; the built-in model judges', { error })
    return { temperature: 1 }
  }
}
