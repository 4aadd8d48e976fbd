import type { Stretches } from './stretches.ts'
import { lowerBound, stretch } from './stretches.ts'

/** Steps one slop phrase may take in one text; a text this repetitive is beyond what anybody asks for. */
const MOST_STEPS = 300_000

interface Work {
  lists: readonly (readonly number[])[]
  steps: number
}

/**
 * `"a b"~n`: every word at a position of its own, in any order, at most `slop` other tokens inside the stretch (P2).
 * Returns each stretch that some assignment of words to positions fills from end to end; with `firstOnly` at most one.
 */
export function slopStretches(lists: readonly (readonly number[])[], slop: number, firstOnly: boolean): Stretches {
  if (lists.some((list) => list.length === 0)) return []
  const positions = [...new Set(lists.flat())].sort((a, b) => a - b)
  const work: Work = { lists, steps: MOST_STEPS }
  const found: Stretches = []
  for (let i = 0; i < positions.length && work.steps > 0; i++) {
    const first = positions[i] as number
    const end = lowerBound(positions, first + lists.length + slop)
    for (let j = i + lists.length - 1; j < end && work.steps > 0; j++) {
      const last = positions[j] as number
      if (!fills(work, positions.slice(i, j + 1))) continue
      found.push(stretch(first, last))
      if (firstOnly) return found
    }
  }
  return found
}

/** True when the words can be given distinct positions of the window that include its first and its last one. */
function fills(work: Work, window: readonly number[]): boolean {
  const { lists } = work
  const fits = lists.map((list) => window.map((position) => list[lowerBound(list, position)] === position))
  work.steps -= window.length * lists.length
  const words = lists.length
  const last = window.length - 1
  if (fits.some((row) => !row.includes(true))) return false
  if (words === 1) return window.length === 1
  for (let a = 0; a < words; a++) {
    if (fits[a]?.[0] !== true) continue
    for (let b = 0; b < words; b++) {
      if (b !== a && fits[b]?.[last] === true && assign(work, fits, a, b, last)) return true
    }
  }
  return false
}

/** Perfect matching of the other words to the inner positions, by augmenting paths. */
function assign(work: Work, fits: readonly boolean[][], a: number, b: number, last: number): boolean {
  const owner = new Int16Array(last + 1).fill(-1)
  for (let word = 0; word < fits.length; word++) {
    if (word === a || word === b) continue
    if (!augment(work, fits, word, last, owner, new Uint8Array(last + 1))) return false
  }
  return true
}

function augment(
  work: Work,
  fits: readonly boolean[][],
  word: number,
  last: number,
  owner: Int16Array,
  seen: Uint8Array,
): boolean {
  work.steps -= last
  const row = fits[word] ?? []
  for (let i = 1; i < last; i++) {
    if (row[i] !== true || seen[i] === 1) continue
    seen[i] = 1
    const holder = owner[i] as number
    if (holder < 0 || augment(work, fits, holder, last, owner, seen)) {
      owner[i] = word
      return true
    }
  }
  return false
}
