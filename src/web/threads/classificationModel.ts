import type { ClassificationModel } from '../../../views/parts/Classification.tsx'
import type { Because } from '../../classify/types.ts'
import { emotions, isMixed, sentiments, type Sentiment } from '../../domain/classification.ts'
import { sentences } from '../../i18n/web.ts'
import type { Tables } from '../../store/tables/all.ts'
import { askedLayer } from '../../store/rejudgements.ts'
import type { LoadedThread } from '../../store/thread.ts'
import type { Explained } from './explainMention.ts'

type Mention = Tables['mentions']['$inferSelect']
type Event = LoadedThread['events'][number]['event']

interface About {
  /** User names by id. */
  users: Map<string, string>
  events: LoadedThread['events']
  canCorrect: boolean
  /** Of the one mention that the page explains. */
  explained?: Explained | undefined
}

/** The judgement as it is stored; undefined until enrichment has reached the mention. */
export function classificationModel(mention: Mention, about: About): ClassificationModel | undefined {
  const { sentiment, classification } = mention
  if (!sentiment) return undefined
  const by = classification?.human?.sentiment
  return {
    sentiment,
    confidence: mention.confidence ?? 0,
    unsure: classification?.unsure ?? false,
    ...(isMixed(classification) && classification?.probabilities ? { mixed: classification.probabilities } : {}),
    intents: mention.intents ?? [],
    urgency: mention.urgency ?? 'normal',
    ...feelingsOf(classification),
    canCorrect: about.canCorrect,
    ...judgedBy(mention, by, about),
    disagreesWithRating: disagrees(mention),
    ...(by ? { corrected: correctionOf(mention, by, about) } : {}),
  }
}

function feelingsOf(said: Mention['classification']): Pick<ClassificationModel, 'emotion' | 'offensive'> {
  const label = emotions.find((one) => one === said?.emotion?.label)
  return {
    ...(label && said?.emotion ? { emotion: { label, confidence: said.emotion.confidence } } : {}),
    ...(said?.offensive === undefined ? {} : { offensive: said.offensive }),
  }
}

/** A person's word and another judge's need no words of ours as reasons. */
function judgedBy(mention: Mention, by: string | undefined, { explained }: About): Partial<ClassificationModel> {
  if (by) return {}
  if (mention.classification?.layer === askedLayer && mention.model) return { askedModel: mention.model }
  const { rules, layer } = mention.classification ?? {}
  const ruled = rules?.some((rule) => rule.effect.kind === 'sentiment') ?? false
  return {
    ...(ruled ? {} : reasons(mention, explained)),
    ...(rules ? { rules: rules.map(({ id, effect, words }) => ({ id, effect, words })) } : {}),
    ...(layer === '3' && !rules ? { sameWords: true } : {}),
    ...(layer === '2' ? { learned: true } : {}),
    ...(mention.model ? { model: mention.model } : {}),
    ...(ruled ? { ruled: true } : {}),
  }
}

type Reasons = Pick<ClassificationModel, 'because' | 'earlierModel' | 'instead' | 'modifiers' | 'wishes'>

/** Words of today's classifier explain a label only where it says the same. */
function reasons(mention: Mention, explained: Explained | undefined): Reasons {
  if (!explained) return {}
  const same = explained.label === mention.sentiment
  return {
    ...(same
      ? {
          because: strongest(explained.because.slice(0, -1)),
          instead: { ...explained.instead, because: strongest(explained.instead.because) },
          modifiers: explained.modifiers,
          wishes: wishesOf(mention, explained),
        }
      : {}),
    ...(mention.model && mention.model !== explained.version
      ? { earlierModel: same ? {} : { now: explained.label } }
      : {}),
  }
}

/** As stored; words of today's classifier explain an intent only where it says the same and no person has set them. */
function wishesOf({ intents, classification }: Mention, explained: Explained): ClassificationModel['wishes'] {
  if (classification?.human?.intents !== undefined) return []
  const held = new Set((intents ?? []).map((one) => one.label))
  return explained.intents
    .filter((one) => held.has(one.label))
    .map((one) => ({ ...one, because: one.because.filter((word) => isWord.test(word)) }))
}

/** Log odds below this move a probability by less than four points: noise, not a reason. */
const leastWeight = 0.15
const isWord = /[\p{L}\p{N}\p{Extended_Pictographic}?!]/u

function strongest(because: readonly Because[]): { feature: string; weight: number }[] {
  const words = because.filter(({ feature }) => isWord.test(feature))
  const most = Math.max(0, ...words.map(({ weight }) => Math.abs(weight)))
  return words
    .filter(({ weight }) => Math.abs(weight) >= Math.max(leastWeight, most / 8))
    .map(({ feature, weight }) => ({ feature, weight }))
}

function correctionOf(mention: Mention, by: string, { users, events }: About): ClassificationModel['corrected'] {
  const correction = (one: { event: Event }) =>
    one.event.kind === 'classification.corrected' && one.event.mentionSeq === mention.seq
  const last = events.findLast(correction)?.event
  const first = events.find(correction)?.event
  const was = (first?.data?.['was'] as { sentiment?: unknown } | undefined)?.sentiment // as correctClassification writes it
  return {
    by: users.get(by) ?? sentences.colleague,
    at: last?.at ?? mention.enrichedAt ?? mention.ingestedAt,
    was: sentiments.find((one): one is Sentiment => one === was),
  }
}

function disagrees({ ratingUnit, sentiment }: Mention): boolean {
  if (ratingUnit === null) return false
  return (ratingUnit >= 0.75 && sentiment === 'negative') || (ratingUnit <= 0.25 && sentiment === 'positive')
}
