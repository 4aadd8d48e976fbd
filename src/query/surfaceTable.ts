import { absent, createWordNumbers, freshen, type WordNumbers } from '../text/words.ts'

/**
 * Which terms each word met so far satisfies. `places` holds, under the number of a word, where its ids stand in `ids`:
 * at a place the number of ids, then the ids. Place 0 is the empty list that most words share.
 */
export interface SurfaceTable {
  places: WordNumbers
  ids: Int32Array
  idsUsed: number
}

/** Ids kept before the table starts afresh: tokens too long to have a number add theirs each time. */
const mostIds = 1_000_000

export function createSurfaceTable(): SurfaceTable {
  return { places: createWordNumbers(), ids: new Int32Array(2048), idsUsed: 1 }
}

/** Makes the table ready for the words of the next text. */
export function renewSurfaces(table: SurfaceTable): void {
  const { epoch } = table.places
  freshen(table.places)
  if (table.idsUsed > mostIds) clearSurfaces(table)
  else if (epoch !== table.places.epoch) table.idsUsed = 1
}

/** Keeps a list of ids and returns its place, which stays valid until the table is cleared. */
export function addIds(table: SurfaceTable, ids: readonly number[]): number {
  if (ids.length === 0) return 0
  const place = table.idsUsed
  table.idsUsed += ids.length + 1
  if (table.idsUsed > table.ids.length) {
    const wide = new Int32Array(table.idsUsed * 2)
    wide.set(table.ids)
    table.ids = wide
  }
  table.ids[place] = ids.length
  table.ids.set(ids, place + 1)
  return place
}

export function clearSurfaces(table: SurfaceTable): void {
  table.places.values.fill(absent)
  table.idsUsed = 1
}
