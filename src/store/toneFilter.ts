import { sql, type SQL } from 'drizzle-orm'
import { poleFrom, type Tone } from '../domain/classification.ts'
import type { Reader } from './store.ts'
import type { Tables } from './tables/all.ts'

/** One tone that reports count, or all that they count as something. */
export const toneFilters = ['negative', 'neutral', 'positive', 'mixed', 'unsure', 'sure'] as const
export type ToneFilter = Tone | 'sure'

/** The newest mention of a thread is counted so: `countedTone` as the databases say it. */
export function isCountedAs({ threads, mentions }: Tables, d: Reader['d'], tone: ToneFilter): SQL {
  const { seq, sentiment, classification } = mentions
  const at = (...path: string[]) => d.jsonAt(classification, ...path)
  const pole = (name: string) => sql`cast(${at('probabilities', name)} as double precision) > ${sql.raw(`${poleFrom}`)}`
  const byModel = sql`${at('human', 'sentiment')} is null`
  const mixed = sql`(${byModel} and coalesce(${pole('negative')} and ${pole('positive')}, false))`
  const unsure = sql`(${byModel} and not ${mixed} and coalesce(cast(${at('unsure')} as text) in ('1', 'true'), false))`
  const holds = {
    mixed,
    unsure,
    sure: sql`not ${unsure}`,
    label: sql`${sentiment} = ${sql.raw(`'${tone}'`)} and not ${mixed} and not ${unsure}`,
  }
  const which = tone === 'mixed' || tone === 'unsure' || tone === 'sure' ? holds[tone] : holds.label
  return sql`exists (select 1 from ${mentions} where ${seq} = ${threads.lastMentionSeq} and ${sentiment} is not null and ${which})`
}
