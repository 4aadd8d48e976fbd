/**
 * Stretches of tokens: a match of a leaf or of a NEAR runs from its first to its last token (queries.md N2). One is a
 * number, `first * SHIFT + last`, so that a list of them sorts and de-duplicates without objects.
 */
export type Stretches = number[]
export const SHIFT = 2 ** 23

export const stretch = (first: number, last: number): number => first * SHIFT + last
export const firstOf = (key: number): number => Math.floor(key / SHIFT)
export const lastOf = (key: number): number => key % SHIFT

/**
 * A NEAR keeps at most this many stretches of one text; those nearest to its beginning are kept. Fifty of them in a
 * chain over a text of one word take as long as a few thousand ordinary mentions.
 */
export const MOST_STRETCHES = 5_000

/** Sorted, each once. */
export function unite(lists: readonly Stretches[]): Stretches {
  const [only] = lists
  if (lists.length === 1 && only !== undefined) return only
  return sortUnique(lists.flat())
}

export function sortUnique(list: Stretches): Stretches {
  if (list.length < 2) return list
  // A long list of numbers is sorted several times faster without a comparison of our own.
  const sorted = list.length > 50 ? Float64Array.from(list).sort() : list.sort((a, b) => a - b)
  list[0] = sorted[0] as number
  let kept = 1
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) list[kept++] = sorted[i] as number
  list.length = kept
  return list
}

/**
 * Pairs at most `distance` tokens apart that do not overlap (N1), left before right when `ordered`.
 * `visit` gets both stretches and may return true to stop.
 */
export function eachNear(
  left: Stretches,
  right: Stretches,
  distance: number,
  ordered: boolean,
  visit: (a: number, b: number) => boolean,
): void {
  if (left.length === 0 || right.length === 0) return
  if (pairUp(left, right, distance, visit) || ordered) return
  pairUp(right, left, distance, (b, a) => visit(a, b))
}

/** Pairs whose first member ends before the second begins. Both lists are sorted by their first token. */
function pairUp(
  before: Stretches,
  after: Stretches,
  distance: number,
  visit: (a: number, b: number) => boolean,
): boolean {
  for (const a of before) {
    const end = lastOf(a)
    const limit = stretch(end + distance + 2, 0)
    for (let i = lowerBound(after, stretch(end + 1, 0)); i < after.length; i++) {
      const b = after[i] as number
      if (b >= limit) break
      if (visit(a, b)) return true
    }
  }
  return false
}

/** True when some pair stands near enough. */
export function isNear(left: Stretches, right: Stretches, distance: number, ordered: boolean): boolean {
  let found = false
  eachNear(left, right, distance, ordered, () => (found = true))
  return found
}

export function hull(a: number, b: number): number {
  return a < b
    ? stretch(firstOf(a), Math.max(lastOf(a), lastOf(b)))
    : stretch(firstOf(b), Math.max(lastOf(a), lastOf(b)))
}

/** The stretches that NEAR makes of its two sides. */
export function nearStretches(left: Stretches, right: Stretches, distance: number, ordered: boolean): Stretches {
  const found: Stretches = []
  let room = MOST_STRETCHES
  eachNear(left, right, distance, ordered, (a, b) => {
    found.push(hull(a, b))
    return --room <= 0
  })
  return sortUnique(found)
}

export function lowerBound(list: readonly number[], value: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Starts at which each list in turn holds the next position. Lists are sorted positions. */
export function phraseStarts(lists: readonly (readonly number[])[]): number[] {
  let rarest = 0
  for (let i = 0; i < lists.length; i++) {
    const length = lists[i]?.length ?? 0
    if (length === 0) return []
    if (length < (lists[rarest]?.length ?? 0)) rarest = i
  }
  const candidates = lists[rarest] ?? []
  if (lists.length > 8 && candidates.length > 64) return phraseStartsByBits(lists)
  const starts: number[] = []
  for (const position of candidates) {
    const start = position - rarest
    if (start >= 0 && lists.every((list, i) => i === rarest || holds(list, start + i))) starts.push(start)
  }
  return starts
}

export function holds(list: readonly number[], value: number): boolean {
  return list[lowerBound(list, value)] === value
}

/** Long phrases of common words: intersecting shifted bit sets costs text/32 a word whatever the words are. */
function phraseStartsByBits(lists: readonly (readonly number[])[]): number[] {
  const highest = Math.max(...lists.map((list) => list.at(-1) ?? 0))
  const words = (highest >>> 5) + 2
  const sets = new Map<readonly number[], Int32Array>()
  for (const list of lists) {
    if (sets.has(list)) continue
    const bits = new Int32Array(words)
    for (const position of list) bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31))
    sets.set(list, bits)
  }
  const result = new Int32Array(words).fill(-1)
  lists.forEach((list, offset) => intersectShifted(result, sets.get(list) ?? result, offset))
  const starts: number[] = []
  for (let i = 0; i < words; i++) {
    for (let bits = result[i] ?? 0; bits !== 0; bits &= bits - 1) starts.push(i * 32 + 31 - Math.clz32(bits & -bits))
  }
  return starts
}

/** Keeps position p in `result` only where `bits` holds p + offset. */
function intersectShifted(result: Int32Array, bits: Int32Array, offset: number): void {
  const skip = offset >>> 5
  const by = offset & 31
  for (let i = 0; i < result.length; i++) {
    const low = bits[i + skip] ?? 0
    const high = bits[i + skip + 1] ?? 0
    const shifted = by === 0 ? low : (low >>> by) | (high << (32 - by))
    result[i] = (result[i] ?? 0) & shifted
  }
}
