/**
 * Shares estimated from a labelled random sample, with the interval that a label count earns. All pure; a share is 0…1.
 */

export interface Interval {
  low: number
  high: number
}

/** What was labelled: `relevant` of `labelled`, drawn at random without putting back from `population`. */
export interface Labelled {
  relevant: number
  labelled: number
  population: number
}

/** 95 % two-sided. */
const z95 = 1.959964
/** Half the 5 % quantiles of chi-squared with 2, 4 and 6 degrees of freedom: Poisson limits for 1, 2 and 3 seen. */
const poissonLow = [0, 0.051293, 0.355362, 0.817691] as const
/** From this part of the population on, drawing without putting back matters. */
const largeShare = 0.1

/**
 * 95 % interval of a share. Wilson's score interval (Wilson 1927), with the limits near 0 and 1 that Brown, Cai and
 * DasGupta (2001, 4.1.1) put in for the few counts at which it is too narrow. Where the sample is more than a tenth of
 * the population, the exact limits of the hypergeometric distribution take its place: Wilson's with the usual finite
 * population correction covers the truth too rarely there (83 % in the worst case of 60, 50 labelled), and without it
 * would stay wide although nearly everything is known. Nothing labelled: 0…1.
 */
export function wilsonInterval(seen: Labelled): Interval {
  const { relevant, labelled, population } = seen
  if (labelled <= 0) return { low: 0, high: population === 0 ? 0 : 1 }
  const p = relevant / labelled
  if (labelled >= population) return { low: p, high: p }
  if (labelled > population * largeShare) {
    const exact = hypergeometricInterval(seen)
    // Shares of the population come in whole mentions: the sample's own may lie between two of them.
    return { low: Math.min(exact.low, p), high: Math.max(exact.high, p) }
  }
  const shrink = (z95 * z95) / labelled
  const centre = (p + shrink / 2) / (1 + shrink)
  const half = (z95 / (1 + shrink)) * Math.sqrt((p * (1 - p)) / labelled + shrink / (4 * labelled))
  return {
    low: relevant === 0 ? 0 : Math.min(centre - half, (poissonLow[relevant] ?? Infinity) / labelled),
    high:
      relevant === labelled ? 1 : Math.max(centre + half, 1 - (poissonLow[labelled - relevant] ?? Infinity) / labelled),
  }
}

/** The numbers of relevant ones in the population with which what was seen is no rarer than 2.5 % on either side. */
function hypergeometricInterval({ relevant, labelled, population }: Labelled): Interval {
  const most = population - (labelled - relevant)
  const low = firstWhere(relevant, most, (all) => tailOf(relevant, labelled, all, population, 'or more') >= 0.025)
  const high = firstWhere(
    0,
    most - relevant,
    (less) => tailOf(relevant, labelled, most - less, population, 'or fewer') >= 0.025,
  )
  return { low: low / population, high: (most - high) / population }
}

/** The smallest whole number for which the claim holds, `to` if for none; the claim turns true once. */
function firstWhere(from: number, to: number, claim: (value: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (claim(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Probability of `seen` or more, or of `seen` or fewer, relevant ones in a sample of `n` when `all` of `population` are. */
function tailOf(seen: number, n: number, all: number, population: number, side: 'or more' | 'or fewer'): number {
  const [fewest, most] = [Math.max(0, n - (population - all)), Math.min(n, all)]
  const [from, to] = side === 'or more' ? [Math.max(seen, fewest), most] : [fewest, Math.min(seen, most)]
  if (from > to) return 0
  // From the likeliest count outwards: far from it the terms are too small to be numbers.
  const start = Math.min(to, Math.max(from, Math.floor(((n + 1) * (all + 1)) / (population + 2))))
  const first = Math.exp(logChoose(all, start) + logChoose(population - all, n - start) - logChoose(population, n))
  let sum = first
  for (let k = start, term = first; k < to && term > 0; k++)
    sum += term *= ((all - k) * (n - k)) / ((k + 1) * (population - all - n + k + 1))
  for (let k = start, term = first; k > from && term > 0; k--)
    sum += term *= (k * (population - all - n + k)) / ((all - k + 1) * (n - k + 1))
  return sum
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

/** Stirling's series where it is exact to twelve digits, the product below. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1
    for (let i = 2; i <= n; i++) product *= i
    return Math.log(product)
  }
  const m = n + 1
  return (
    (m - 0.5) * Math.log(m) - m + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * m) - 1 / (360 * m ** 3) + 1 / (1260 * m ** 5)
  )
}

/** Half the width of the interval: the ± that is shown. */
export function marginOf({ low, high }: Interval): number {
  return (high - low) / 2
}

/**
 * Labels that are still missing until the interval is `margin` to each side or narrower, if the share stays what it
 * is (½ while nothing is labelled, the most demanding one).
 */
export function labelsNeeded(seen: Labelled, margin: number): number {
  const { labelled, population } = seen
  const share = labelled === 0 ? 0.5 : seen.relevant / labelled
  const isEnough = (n: number): boolean =>
    n >= population || marginOf(wilsonInterval({ relevant: share * n, labelled: n, population })) <= margin
  if (labelled > 0 && isEnough(labelled)) return 0
  let [low, high] = [labelled, Math.max(labelled + 1, population)]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (isEnough(middle)) high = middle
    else low = middle
  }
  return Math.min(high, population) - labelled
}

/**
 * Upper limit of a share, one-sided 95 % (Clopper and Pearson 1934): the share at which so few relevant ones would be
 * seen in only 5 % of samples. With none seen it is close to 3 / n, the rule of three. Nothing labelled: 1.
 */
export function upperBound({ relevant, labelled, population }: Labelled, alpha = 0.05): number {
  if (labelled <= 0) return population === 0 ? 0 : 1
  if (relevant >= labelled) return 1
  if (labelled >= population) return relevant / labelled
  let [low, high] = [relevant / labelled, 1]
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (atMostOf(relevant, labelled, middle) > alpha) low = middle
    else high = middle
  }
  return Math.min(high, 1 - (labelled - relevant) / population)
}

/** Probability of `k` or fewer successes in `n` trials of probability `p`. */
function atMostOf(k: number, n: number, p: number): number {
  if (p >= 1) return k >= n ? 1 : 0
  let logTerm = n * Math.log1p(-p)
  let sum = Math.exp(logTerm)
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p)
    sum += Math.exp(logTerm)
  }
  return sum
}

export interface Estimate extends Interval {
  value: number
}

/**
 * Relevant mentions in several groups together. Each group is sampled by itself; the limits of the sum are those of
 * the groups put together by the method of variance estimates recovery (Zou and Donner 2008), which keeps them
 * lopsided where they are.
 */
export function sumOfCounts(groups: readonly Labelled[]): Estimate {
  let [value, below, above, seenLow] = [0, 0, 0, 0]
  for (const group of groups) {
    const { low, high } = wilsonInterval(group)
    const share = group.labelled > 0 ? group.relevant / group.labelled : 0
    value += share * group.population
    below += ((share - low) * group.population) ** 2
    above += ((high - share) * group.population) ** 2
    seenLow += group.relevant
  }
  const all = groups.reduce((sum, group) => sum + group.population, 0)
  return { value, low: Math.max(seenLow, value - Math.sqrt(below)), high: Math.min(all, value + Math.sqrt(above)) }
}

/**
 * Recall: of the relevant mentions among the matches and the `missed` groups, the share that is matched. With the
 * limits of both sides by the same method for a ratio (Donner and Zou 2012). Undefined while one of the groups has no
 * label: it may hold nothing or everything.
 */
export function recallOf(matched: Labelled, missed: readonly Labelled[]): Estimate | undefined {
  if ([matched, ...missed].some((group) => group.labelled === 0 && group.population > 0)) return undefined
  const found = sumOfCounts([matched])
  const lost = sumOfCounts(missed)
  if (found.value + lost.value === 0) return undefined
  const ratio = ratioLimits(lost, found)
  return {
    value: found.value / (found.value + lost.value),
    low: 1 / (1 + ratio.high),
    high: 1 / (1 + ratio.low),
  }
}

/** Limits of above / below, two independent estimates. */
function ratioLimits(above: Estimate, below: Estimate): Interval {
  const product = above.value * below.value
  const a = above.low * (2 * above.value - above.low)
  const b = below.high * (2 * below.value - below.high)
  const c = above.high * (2 * above.value - above.high)
  const d = below.low * (2 * below.value - below.low)
  const low = b === 0 ? 0 : (product - Math.sqrt(Math.max(0, product * product - a * b))) / b
  const high = d <= 0 ? Number.POSITIVE_INFINITY : (product + Math.sqrt(Math.max(0, product * product - c * d))) / d
  return { low: Math.max(0, low), high: Math.max(0, high) }
}
