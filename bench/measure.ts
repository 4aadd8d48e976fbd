/** One line of `npm run bench -- --json`. */
export interface Figure {
  name: string
  value: number
  unit: string
  against: string
  goal: string
  pass: boolean
  rounds: number
  /** (highest - lowest) / median of the rounds. */
  spread: number
}

export interface BenchContext {
  rounds: number
  full: boolean
}

/** CPU seconds (user and system) of the whole process during one call. */
export async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

export function spreadOf(values: readonly number[]): number {
  return (Math.max(...values) - Math.min(...values)) / median(values)
}

export function atLeast(
  name: string,
  values: readonly number[],
  goal: number,
  against: string,
  unit = 'ratio',
): Figure {
  const value = median(values)
  return {
    name,
    value,
    unit,
    against,
    goal: `>= ${goal}`,
    pass: value >= goal,
    rounds: values.length,
    spread: spreadOf(values),
  }
}

export function atMost(name: string, values: readonly number[], goal: number, against: string, unit = 'ratio'): Figure {
  const value = median(values)
  return {
    name,
    value,
    unit,
    against,
    goal: `<= ${goal}`,
    pass: value <= goal,
    rounds: values.length,
    spread: spreadOf(values),
  }
}
