import { aspectOf } from '../classify/aspects.ts'
import { inputOf } from '../classify/inputOf.ts'
import type { Classifier } from '../classify/types.ts'
import type { EnrichRow, Judgement } from '../store/enrich.ts'
import type { MatchSpan } from '../store/tables/listening.ts'
import type { ActiveTopic } from '../store/topics.ts'
import type { TopicMatch } from '../store/topicMatches.ts'

/**
 * A topic that a mention speaks of, with the tone of the clauses around what matched: the text's where it names it, else
 * the title's. A rule without words (stars, language) speaks of the whole.
 */
export function topicMatchOf(
  topic: Pick<ActiveTopic, 'seq' | 'version' | 'topic'>,
  mention: EnrichRow['mention'],
  judgement: Pick<Judgement, 'lang' | 'sentiment' | 'confidence'>,
  spans: MatchSpan[],
  classifier: Classifier,
): TopicMatch {
  const match = { topicSeq: topic.seq, version: topic.version, spans }
  const inText = spans.filter((span) => span.field === 'text')
  const text = inText.length > 0 ? mention.text : (mention.title ?? '')
  if (spans.length === 0) return { ...match, sentiment: judgement.sentiment, confidence: judgement.confidence }
  const input = { ...inputOf(mention), text, ...(judgement.lang === 'und' ? {} : { lang: judgement.lang }) }
  const named = { isTarget: topic.topic !== 'topic', spans: inText.length > 0 ? inText : spans }
  const { sentiment, confidence } = aspectOf(classifier, input, named, mention.title ? undefined : judgement)
  return { ...match, sentiment, confidence: confidence === null ? null : Math.round(confidence * 1e4) / 1e4 }
}
