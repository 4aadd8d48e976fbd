import type { Labelled } from './proportion.ts'

/** Whether a mention is what its query is meant to find, as a person says. */
export type RelevanceLabel = 'yes' | 'no' | 'unsure'

export const relevanceLabels: readonly RelevanceLabel[] = ['yes', 'no', 'unsure']

export interface SampleTally extends Labelled {
  /** Looked at without a verdict: in neither of the counts. */
  unsure: number
  /** Items of the sample that still wait for a label. */
  left: number
}

/**
 * Counts the labels of a sample in its random order, up to the first item without one: only then are those counted a
 * random sample themselves, whoever labelled which. `gone`: its text was deleted since, nobody can judge it.
 */
export function tallyOf(sample: readonly (RelevanceLabel | 'gone' | undefined)[], population: number): SampleTally {
  const tally = { relevant: 0, labelled: 0, unsure: 0, left: 0, population }
  const open = sample.indexOf(undefined)
  for (const label of open < 0 ? sample : sample.slice(0, open)) {
    if (label === 'unsure') tally.unsure++
    if (label !== 'yes' && label !== 'no') continue
    tally.labelled++
    if (label === 'yes') tally.relevant++
  }
  tally.left = sample.filter((label) => label === undefined).length
  return tally
}
