import type { PartModel } from '../../../../views/pages/QueryQuality.tsx'
import { sumOfCounts, upperBound, wilsonInterval } from '../../../domain/proportion.ts'
import type { SampleTally } from '../../../domain/relevance.ts'
import { tallyParts, type LoadedDraw } from '../../../store/quality.ts'

/** Which part a page speaks of: a kind with all its parts, or one of them by its number. */
export type Scope = 'match' | 'near' | 'not' | number

export function scopeOf(given: string | undefined, { draw }: LoadedDraw): Scope {
  if (given === 'near' || given === 'not') return given
  const part = /^\d{1,3}$/.test(given ?? '') ? Number(given) : Number.NaN
  return draw.parts[part] ? part : 'match'
}

export function partsIn(scope: Scope, { draw }: LoadedDraw): number[] {
  const all = draw.parts.map((_, index) => index)
  return typeof scope === 'number' ? [scope] : all.filter((index) => draw.parts[index]?.kind === scope)
}

export function partModels(loaded: LoadedDraw): PartModel[] {
  const tallies = tallyParts(loaded)
  return loaded.draw.parts.map(({ kind, change, term }, index) => {
    const tally = tallies[index] ?? emptyTally
    return { index, kind, change, term, ...estimatesOf(tally), ...tally }
  })
}

const emptyTally: SampleTally = { relevant: 0, labelled: 0, unsure: 0, left: 0, population: 0 }

function estimatesOf(tally: SampleTally): Pick<PartModel, 'share' | 'count' | 'atMost'> {
  const share = tally.labelled === 0 ? undefined : tally.relevant / tally.labelled
  const count = sumOfCounts([tally])
  return {
    share: { value: share, ...wilsonInterval(tally) },
    count: { value: share === undefined ? undefined : count.value, low: count.low, high: count.high },
    atMost: { share: upperBound(tally), count: upperBound(tally) * tally.population },
  }
}
