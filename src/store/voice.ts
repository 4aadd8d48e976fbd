import { and, desc, eq, gte, inArray, isNull, lt } from 'drizzle-orm'
import { dayMs } from './clocks.ts'
import type { Reader } from './store.ts'

export interface Overlap {
  /** Mentions that at least two of the queries caught. */
  shared: number
  /** By query seq: of its mentions, those that another one caught too. */
  bySeq: Map<number, number>
  /** False: only the newest were looked at. */
  isComplete: boolean
}

/** Matches looked at for the overlap: the one figure of the report that no roll-up holds. */
const mostMatches = 50_000

/** How the catches of queries overlap over days (both ends in). `stories`: without copies. */
export async function loadOverlap(
  reader: Reader,
  querySeqs: readonly number[],
  { fromDay, toDay, stories }: { fromDay: number; toDay: number; stories: boolean },
): Promise<Overlap> {
  const { matches, mentions } = reader.t
  if (querySeqs.length < 2) return { shared: 0, bySeq: new Map(), isComplete: true }
  const rows = await reader.db
    .select({ mentionSeq: matches.mentionSeq, querySeq: matches.querySeq })
    .from(matches)
    .innerJoin(mentions, eq(mentions.seq, matches.mentionSeq))
    .where(
      and(
        inArray(matches.querySeq, [...querySeqs]),
        gte(mentions.createdAt, fromDay * dayMs),
        lt(mentions.createdAt, (toDay + 1) * dayMs),
        stories ? isNull(mentions.copyOf) : undefined,
      ),
    )
    .orderBy(desc(matches.mentionSeq))
    .limit(mostMatches)
  const byMention = Map.groupBy(rows, (row) => row.mentionSeq)
  const bySeq = new Map<number, number>()
  let shared = 0
  for (const caught of byMention.values()) {
    if (caught.length < 2) continue
    shared++
    for (const { querySeq } of caught) bySeq.set(querySeq, (bySeq.get(querySeq) ?? 0) + 1)
  }
  return { shared, bySeq, isComplete: rows.length < mostMatches }
}
