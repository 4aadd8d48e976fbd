import type { ClassificationModel } from '../../../views/parts/Classification.tsx'
import { sentences } from '../../i18n/web.ts'
import type { Tables } from '../../store/tables/all.ts'

type Mention = Tables['mentions']['$inferSelect']

/** The judgement as it is stored; undefined until enrichment has reached the mention. */
export function classificationModel(mention: Mention, users: Map<string, string>): ClassificationModel | undefined {
  const { sentiment, classification } = mention
  if (!sentiment) return undefined
  const by = classification?.human?.sentiment
  const probabilities = classification?.probabilities
  return {
    sentiment,
    confidence: mention.confidence ?? 0,
    unsure: classification?.unsure ?? false,
    mixed: !by && probabilities !== undefined && probabilities.negative > 0.35 && probabilities.positive > 0.35,
    intents: mention.intents ?? [],
    urgency: mention.urgency ?? 'normal',
    because: [],
    disagreesWithRating: disagrees(mention),
    ...(by
      ? { corrected: { by: users.get(by) ?? sentences.colleague, at: mention.enrichedAt ?? mention.ingestedAt } }
      : {}),
  }
}

function disagrees({ ratingUnit, sentiment }: Mention): boolean {
  if (ratingUnit === null) return false
  return (ratingUnit >= 0.75 && sentiment === 'negative') || (ratingUnit <= 0.25 && sentiment === 'positive')
}
