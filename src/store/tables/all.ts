import type { Kit } from '../kit.ts'
import { auditTables } from './audits.ts'
import { automationTables } from './automations.ts'
import { customerTables } from './customers.ts'
import { learningTables } from './learning.ts'
import { listeningTables } from './listening.ts'
import { mentionTables } from './mentions.ts'
import { peopleTables } from './people.ts'
import { qualityTables } from './quality.ts'
import { sortingTables } from './sorting.ts'
import { sourceTables } from './sources.ts'
import { tagModelTables } from './tagModels.ts'
import { topicTables } from './topics.ts'
import { workTables } from './work.ts'

/** Every table of the product, spelt for one database. */
export function createTables(k: Kit) {
  const people = peopleTables(k)
  const sources = sourceTables(k)
  const mentions = mentionTables(k, sources, people)
  const listening = listeningTables(k, mentions)
  return {
    ...people,
    ...sources,
    ...mentions,
    ...learningTables(k, mentions),
    ...listening,
    ...sortingTables(k, mentions, listening),
    ...qualityTables(k, people, mentions, listening),
    ...automationTables(k),
    ...customerTables(k, mentions),
    ...workTables(k, people, sources, mentions),
    ...topicTables(k, mentions),
    ...auditTables(k, people, mentions),
    ...tagModelTables(k, people, mentions),
  }
}

export type Tables = ReturnType<typeof createTables>
