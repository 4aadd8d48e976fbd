/**
 * How many people saw something. What a platform counts is taken as it is. Where it counts nothing, followers times the
 * share of them that sees a single post: 15 % up to 100,000 followers, falling evenly to 6 % at 10 million, where it
 * stays. Without either nothing is said: unknown is not 0.
 */
export type Reach =
  | { from: 'views'; people: number }
  | { from: 'followers'; people: number; followers: number; share: number }

export const fullShare = 0.15
export const leastShare = 0.06
export const fullUpTo = 100_000
export const leastFrom = 10_000_000

export function reachOf({ views, followers }: { views?: number | null; followers?: number | null }): Reach | undefined {
  if (isCount(views)) return { from: 'views', people: views }
  if (!isCount(followers)) return undefined
  const share = shareOf(followers)
  return { from: 'followers', people: Math.round(followers * share), followers, share }
}

function shareOf(followers: number): number {
  const way = Math.min(1, Math.max(0, (followers - fullUpTo) / (leastFrom - fullUpTo)))
  return fullShare - way * (fullShare - leastShare)
}

function isCount(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
