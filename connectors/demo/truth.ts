import { itemOf } from './replies.ts'
import type { Labels } from './texts/line.ts'

/**
 * The right labels of an item, by its externalId: for tests and figures only, never part of what the feed shows.
 * Undefined for the company's own posts, answers to our replies, and ids of another world.
 */
export function demoTruth(seed: number, externalId: string): Labels | undefined {
  const labels = itemOf(seed, externalId)?.labels
  if (!labels) return undefined
  const { sentiment, intents, urgency, topic } = labels
  return { sentiment, intents, urgency, topic }
}
