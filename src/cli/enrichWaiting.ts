import type { Runtime } from '../runtime.ts'
import { claimJobs, finishJob } from '../store/jobs.ts'
import { enrichMentions } from '../work/enrich.ts'
import { jobKinds } from '../work/kinds.ts'

const leaseMs = 10 * 60_000

/**
 * Classifies what waits, here, sharing the list with a running server: each job is leased by one of the two. Answers how
 * many mentions were classified here.
 */
export async function enrichWaiting(
  { store, work, clock, newId }: Pick<Runtime, 'store' | 'work' | 'clock' | 'newId'>,
  onProgress: (done: number) => void = () => undefined,
): Promise<number> {
  const token = newId()
  let done = 0
  for (;;) {
    const [job] = await store.write((tx) =>
      claimJobs(tx, { now: clock.now(), limit: 1, leaseMs, token, kinds: ['enrich'] }),
    )
    if (!job) return done
    const { seqs } = jobKinds.enrich.payload.parse(job.payload) as { seqs: number[] } // the schema of this kind
    await enrichMentions(work, seqs)
    await store.write((tx) => finishJob(tx, job))
    done += seqs.length
    onProgress(done)
  }
}
