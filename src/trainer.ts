import { Worker } from 'node:worker_threads'
import type { Correction } from './classify/learn.ts'
import type { TrainedDelta } from './training.ts'

/**
 * Trains in a thread of its own: some seconds of pure work that must not hold up a page. The thread loads the models
 * anew and gives the memory back when it ends. Aborting ends it at once.
 */
export function trainInThread(
  modelsFolder: string,
  log: Correction[],
  championLines: number | undefined,
  signal: AbortSignal,
): Promise<TrainedDelta> {
  signal.throwIfAborted()
  // Beside this file in the bundle as in the sources, only the extension differs.
  const file = import.meta.url.endsWith('.ts') ? './trainerThread.ts' : './trainerThread.mjs'
  const thread = new Worker(new URL(file, import.meta.url), { workerData: { modelsFolder, log, championLines } })
  const end = () => void thread.terminate()
  signal.addEventListener('abort', end, { once: true })
  return new Promise<TrainedDelta>((resolve, reject) => {
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', (code) => reject(new Error(`training ended early (${code})`, { cause: signal.reason })))
  }).finally(() => {
    signal.removeEventListener('abort', end)
    end()
  })
}
