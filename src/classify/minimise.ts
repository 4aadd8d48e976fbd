/** Writes the gradient at `at` and gives the value there. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number

/** Where a search has come to, and what it learned of the ground, from which another may go on. */
export interface Found {
  at: Float64Array
  pairs: readonly Pair[]
}

interface Pair {
  step: Float64Array
  change: Float64Array
  scale: number
}

const MEMORY = 6
const HALVINGS = 20
/** A step that wins less of the value than this is the last. */
const ENOUGH = 1e-5

/** Limited-memory BFGS, for smooth convex objectives. */
export function minimise(objective: Objective, from: Found, iterations: number): Found {
  const { length } = from.at
  let at = from.at
  let gradient = new Float64Array(length)
  let value = objective(at, gradient)
  const pairs = [...from.pairs]
  for (let i = 0; i < iterations; i++) {
    const way = toDirection(gradient, pairs)
    const slope = dot(gradient, way)
    const next = new Float64Array(length)
    const nextGradient = new Float64Array(length)
    let found = value
    let size = 1
    for (let half = 0; half < HALVINGS; half++, size /= 2) {
      for (let j = 0; j < length; j++) next[j] = (at[j] as number) - size * (way[j] as number)
      found = objective(next, nextGradient)
      if (found <= value - 1e-4 * size * slope) break
    }
    if (!(found < value)) break
    const won = value - found
    remember(pairs, at, next, gradient, nextGradient)
    ;[at, gradient, value] = [next, nextGradient, found]
    if (won < ENOUGH * Math.abs(value)) break
  }
  return { at, pairs }
}

function toDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const way = Float64Array.from(gradient)
  const last = pairs.at(-1)
  if (!last) {
    const norm = Math.sqrt(dot(gradient, gradient))
    return norm > 1 ? way.map((x) => x / norm) : way
  }
  const shares = pairs.map(() => 0)
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { step, change, scale } = pairs[p] as Pair // in range
    shares[p] = scale * dot(step, way)
    addTo(way, change, -(shares[p] ?? 0))
  }
  const first = 1 / (last.scale * dot(last.change, last.change))
  for (let j = 0; j < way.length; j++) way[j] = (way[j] as number) * first
  for (const [p, { step, change, scale }] of pairs.entries())
    addTo(way, step, (shares[p] ?? 0) - scale * dot(change, way))
  return way
}

function remember(
  pairs: Pair[],
  at: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const step = next.map((x, j) => x - (at[j] as number))
  const change = nextGradient.map((x, j) => x - (gradient[j] as number))
  const bend = dot(step, change)
  if (bend <= 1e-12) return
  pairs.push({ step, change, scale: 1 / bend })
  if (pairs.length > MEMORY) pairs.shift()
}

// Indices are in range by construction; `as number` spares the hottest loops a check for undefined.
function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let j = 0; j < a.length; j++) sum += (a[j] as number) * (b[j] as number)
  return sum
}

function addTo(sum: Float64Array, values: Float64Array, factor: number): void {
  for (let j = 0; j < sum.length; j++) sum[j] = (sum[j] as number) + factor * (values[j] as number)
}
