import type { Kit } from '../kit.ts'
import { customerTables } from './customers.ts'
import { learningTables } from './learning.ts'
import { listeningTables } from './listening.ts'
import { mentionTables } from './mentions.ts'
import { peopleTables } from './people.ts'
import { sourceTables } from './sources.ts'
import { workTables } from './work.ts'

/** Every table of the product, spelt for one database. */
export function createTables(k: Kit) {
  const people = peopleTables(k)
  const sources = sourceTables(k)
  const mentions = mentionTables(k, sources, people)
  return {
    ...people,
    ...sources,
    ...mentions,
    ...listeningTables(k, mentions),
    ...learningTables(k, mentions),
    ...customerTables(k, mentions),
    ...workTables(k, people, sources, mentions),
  }
}

export type Tables = ReturnType<typeof createTables>
