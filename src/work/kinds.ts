import { z } from 'zod'
import type { Job } from '../store/jobs.ts'
import { runAutomation } from './automations.ts'
import { backfillSource } from './backfill.ts'
import type { WorkContext } from './context.ts'
import { drawAudit } from './drawAudit.ts'
import { deliverReply } from './deliver.ts'
import { enrichMentions } from './enrich.ts'
import { learnFromLog } from './learn.ts'
import { askForOpinions } from './opinions.ts'
import { pollSource } from './poll.ts'
import { rejudgeHistory } from './rejudge.ts'
import { workOnTag } from './tagging.ts'
import { walkTopic } from './walkTopic.ts'
import { streamSource } from './stream.ts'

export interface JobKind {
  payload: z.ZodType
  /** Answers when to run again, epoch ms; undefined: done. */
  run(context: WorkContext, payload: never, signal: AbortSignal): Promise<number | undefined | void>
  /** How many run at a time in one process. */
  concurrency: number
  /** Longest run; the signal ends it. */
  timeoutMs: number
  /** Runs until it is told to stop: stopping the worker ends it at once instead of waiting for it. */
  endless?: boolean
}

const kind = <T>(
  payload: z.ZodType<T>,
  rest: {
    concurrency: number
    timeoutMs: number
    endless?: boolean
    run(context: WorkContext, payload: T, signal: AbortSignal): Promise<number | undefined | void>
  },
): JobKind => ({
  payload,
  ...rest,
})

/** Every kind of work: payload, handler, how many at a time, how long. Handlers are safe to run twice. */
export const jobKinds = {
  poll: kind(z.object({ sourceId: z.string() }), {
    concurrency: 8,
    timeoutMs: 10 * 60_000,
    run: (context, { sourceId }, signal) => pollSource(context, sourceId, signal),
  }),
  stream: kind(z.object({ sourceId: z.string() }), {
    // Connections wait more than they work.
    concurrency: 100,
    timeoutMs: 6 * 3_600_000,
    endless: true,
    run: (context, { sourceId }, signal) => streamSource(context, sourceId, signal),
  }),
  backfill: kind(z.object({ sourceId: z.string(), gap: z.number().optional(), sweepHours: z.number().optional() }), {
    concurrency: 1,
    timeoutMs: 5 * 60_000,
    run: (context, payload, signal) => backfillSource(context, payload, signal),
  }),
  enrich: kind(z.object({ seqs: z.array(z.number()) }), {
    concurrency: 1,
    timeoutMs: 5 * 60_000,
    run: (context, { seqs }) => enrichMentions(context, seqs),
  }),
  deliver: kind(z.object({ replyId: z.string() }), {
    concurrency: 8,
    timeoutMs: 2 * 60_000,
    run: (context, { replyId }, signal) => deliverReply(context, replyId, signal),
  }),
  learn: kind(z.object({ asked: z.boolean().default(false) }), {
    concurrency: 1,
    timeoutMs: 10 * 60_000,
    run: (context, payload, signal) => learnFromLog(context, payload, signal),
  }),
  rejudge: kind(z.object({ id: z.string() }), {
    concurrency: 1,
    timeoutMs: 5 * 60_000,
    run: (context, payload, signal) => rejudgeHistory(context, payload, signal),
  }),
  opinions: kind(z.object({}), {
    concurrency: 1,
    timeoutMs: 3 * 60_000,
    run: (context, _payload, signal) => askForOpinions(context, signal),
  }),
  automation: kind(z.object({ id: z.string() }), {
    concurrency: 1,
    timeoutMs: 5 * 60_000,
    run: (context, payload, signal) => runAutomation(context, payload, signal),
  }),
  topic: kind(z.object({ topicSeq: z.number(), startedAt: z.number() }), {
    concurrency: 1,
    timeoutMs: 60 * 60_000,
    run: walkTopic,
  }),
  tag: kind(z.object({ tagId: z.string(), what: z.enum(['train', 'try']), userId: z.string() }), {
    concurrency: 1,
    timeoutMs: 5 * 60_000,
    run: workOnTag,
  }),
  audit: kind(z.object({ auditId: z.string() }), {
    concurrency: 1,
    timeoutMs: 10 * 60_000,
    run: drawAudit,
  }),
} satisfies Record<string, JobKind>

export type KindName = keyof typeof jobKinds

export async function runJob(context: WorkContext, job: Job, signal: AbortSignal): Promise<number | undefined> {
  const found: JobKind | undefined = jobKinds[job.kind as KindName]
  if (!found) throw new Error(`no such kind of job: ${job.kind}`)
  return (await found.run(context, found.payload.parse(job.payload) as never, signal)) ?? undefined
}
