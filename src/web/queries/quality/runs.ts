import type { Store } from '../../../store/store.ts'

/**
 * Work over the whole history that goes on only while somebody asks for it: every request takes it a little further,
 * and what nobody asks for any more is forgotten. Kept in memory, bounded; after a restart it starts again.
 */
export interface Run<State> {
  state: State
  startedAt: number
  /** Requests for the same run take turns. */
  turn: Promise<void>
}

const mostRuns = 24

// One store, one table: a process may serve several (tests do).
const tables = new WeakMap<Store, Map<string, Run<unknown>>>()

function tableOf(store: Store): Map<string, Run<unknown>> {
  let table = tables.get(store)
  if (!table) tables.set(store, (table = new Map()))
  return table
}

/** The run of this name, or a new one; `isStale` may ask for a new one in its place. */
export async function takeUpRun<State>(
  store: Store,
  key: string,
  start: () => Promise<State>,
  isStale: (run: Run<State>) => boolean = () => false,
): Promise<Run<State>> {
  const table = tableOf(store)
  // The key names the kind of run, and with it the type of its state.
  let run = table.get(key) as Run<State> | undefined
  if (!run || isStale(run)) run = { state: await start(), startedAt: performance.now(), turn: Promise.resolve() }
  table.delete(key)
  table.set(key, run)
  for (const oldest of table.keys()) {
    if (table.size <= mostRuns) break
    table.delete(oldest)
  }
  return run
}

export function findRun<State>(store: Store, key: string): Run<State> | undefined {
  return tableOf(store).get(key) as Run<State> | undefined
}

export function dropRun(store: Store, key: string): void {
  tableOf(store).delete(key)
}

/** Lets the run go on for so long, ms: `work` stops when `enough` says so, also when nobody waits any more. */
export async function goOn<State>(
  run: Run<State>,
  signal: AbortSignal,
  budgetMs: number,
  work: (state: State, enough: () => boolean) => Promise<void>,
): Promise<void> {
  const turn = run.turn.then(() => {
    const until = performance.now() + budgetMs
    return work(run.state, () => signal.aborted || performance.now() > until)
  })
  // A failure belongs to the request that met it; the next one tries again.
  run.turn = turn.catch(() => undefined)
  await turn
}
