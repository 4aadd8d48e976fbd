import { intentLabels, sentiments } from '../../domain/classification.ts'
import type { RuleEffect } from '../../domain/termRule.ts'
import { parseQuery } from '../../query/parse.ts'
import { sentences } from '../../i18n/web.ts'

/** A rule as it is typed. */
export interface GivenRule {
  form: 'phrase' | 'query'
  text: string
  /** 'ignore', a sentiment, or 'intent:+complaint' and 'intent:-complaint'. */
  effect: string
  active: boolean
}

export function queryOf({ form, text }: Pick<GivenRule, 'form' | 'text'>): string {
  return form === 'query' ? text : `"${text.replaceAll('"', ' ').trim()}"`
}

/** A query that is nothing but one phrase is shown as the phrase. */
export function textOf(query: string): Pick<GivenRule, 'form' | 'text'> {
  const phrase = /^"([^"*?~\\]+)"$/.exec(query)?.[1]
  return phrase === undefined ? { form: 'query', text: query } : { form: 'phrase', text: phrase }
}

export function effectOf(text: string): RuleEffect | undefined {
  if (text === 'ignore') return { kind: 'ignore' }
  const sentiment = sentiments.find((one) => one === text)
  if (sentiment) return { kind: 'sentiment', sentiment }
  const [, sign, label] = /^intent:([+-])(\w+)$/.exec(text) ?? []
  const intent = intentLabels.find((one) => one === label)
  return intent ? { kind: 'intent', intent, present: sign === '+' } : undefined
}

export function effectText(effect: RuleEffect): string {
  if (effect.kind === 'ignore') return 'ignore'
  return effect.kind === 'sentiment' ? effect.sentiment : `intent:${effect.present ? '+' : '-'}${effect.intent}`
}

/** Sentences by field; empty: it can be saved. */
export function errorsOf(given: GivenRule): Record<string, string> {
  const errors: Record<string, string> = {}
  if (!effectOf(given.effect)) errors['effect'] = sentences.chooseEffect
  if (given.text === '') return { ...errors, text: sentences.needed }
  const parsed = parseQuery(queryOf(given))
  if (!parsed.ok) errors['text'] = parsed.error
  return errors
}
