/** Ids of X carry the time of writing above bit 22, ms since this epoch. They exceed what a number can hold. */
const epoch = 1_288_834_974_657n

/** Epoch ms; undefined when the id is none of X's. */
export function timeOfId(id: string): number | undefined {
  return /^\d{5,20}$/.test(id) ? Number((BigInt(id) >> 22n) + epoch) : undefined
}

/** The lowest id that can have been given at this time. */
export function idAt(time: number): string {
  return String((BigInt(Math.max(Math.trunc(time), Number(epoch))) - epoch) << 22n)
}

export function isNewer(id: string, than: string | undefined): boolean {
  return than === undefined || BigInt(id) > BigInt(than)
}
