import { createClassifier } from '../../src/classify/classifier.ts'
import { silentLog } from '../../src/log.ts'
import type { WorkContext } from '../../src/work/context.ts'
import { createExaminer } from '../../src/work/examine.ts'
import type { World } from './workspace.ts'

/** The worker's side of a test world: examines with the real classifier and matcher, connects to nothing. */
export function createTestContext({ store, clock, newId }: World): WorkContext {
  return {
    store,
    log: silentLog,
    now: clock.now,
    newId,
    random: () => 0.5,
    manifest: () => undefined,
    connect: async () => Promise.reject(new Error('this test connects to nothing')),
    classifier: async () => createClassifier(),
    provider: async () => undefined,
    train: () => Promise.reject(new Error('nothing is trained here')),
    examine: createExaminer(
      store,
      async () => createClassifier(),
      () => 0,
    ),
  }
}
