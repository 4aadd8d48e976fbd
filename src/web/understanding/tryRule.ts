import type { RulePreviewModel } from '../../../views/pages/Rules.tsx'
import { inputOf } from '../../classify/inputOf.ts'
import { intentLabels, sentiments } from '../../domain/classification.ts'
import { applyRules, cutOut, type RuleEffect } from '../../domain/termRule.ts'
import { evaluate } from '../../query/evaluate.ts'
import { parseQuery } from '../../query/parse.ts'
import type { Query } from '../../query/ast.ts'
import { traceMatch } from '../../query/trace.ts'
import { viewOf } from '../respond.tsx'
import { type Recent, visitRecent } from '../queries/recent.ts'
import { sampleOf } from '../queries/sample.ts'
import type { Ctx, Web } from '../web.ts'
import { effectOf, type GivenRule, queryOf } from './ruleForm.ts'

const shown = 8
/** A rule for meaningless words is tried by judging anew; more than this many would make typing wait. */
const mostJudged = 300

/** What the rule would do to what was heard lately, alone and before it is saved. */
export async function tryRule(c: Ctx, given: GivenRule): Promise<RulePreviewModel> {
  const empty: RulePreviewModel = { matches: 0, changes: 0, days: 30, samples: [], isEmpty: given.text === '' }
  if (given.text === '') return empty
  const parsed = parseQuery(queryOf(given))
  if (!parsed.ok) return { ...empty, error: parsed.error }
  const web = c.get('web')
  const matched: Recent[] = []
  const days = await visitRecent(web, c.req.raw.signal, (recent) => {
    if (recent.row.mention.deletedAt === null && evaluate(parsed.query, recent.prepared)) matched.push(recent)
  })
  const effect = effectOf(given.effect)
  const outcomes = effect ? await outcomesOf(web, matched, parsed.query, effect) : []
  const { t } = viewOf(c)
  const note = ({ human, from, to }: Outcome) =>
    human ? t.rules.human : from === to ? t.rules.stays(from) : t.rules.wouldBe(from, to)
  const names = outcomes.map((one) => ({ ...one, from: labelOf(t, one.from), to: labelOf(t, one.to) }))
  const changed = names.map((one) => !one.human && one.from !== one.to)
  // What changes comes first: it is what one looks for.
  const order = matched.map((_, i) => i).toSorted((a, b) => Number(changed[b] ?? false) - Number(changed[a] ?? false))
  return {
    ...empty,
    days,
    matches: matched.length,
    changes: changed.filter(Boolean).length,
    samples: order.slice(0, shown).flatMap((i) => {
      const recent = matched[i]
      const outcome = names[i]
      return recent ? [{ ...sampleOf(web, parsed.query, recent), note: outcome && note(outcome) }] : []
    }),
  }
}

interface Outcome {
  human: boolean
  from: string
  to: string
}

async function outcomesOf(web: Web, matched: readonly Recent[], query: Query, effect: RuleEffect): Promise<Outcome[]> {
  const classifier = effect.kind === 'ignore' ? await web.classifier?.() : undefined
  const out: Outcome[] = []
  for (const [i, { row, prepared }] of matched.entries()) {
    const { mention } = row
    const sentiment = mention.sentiment ?? 'neutral'
    const said = { sentiment, score: 0, confidence: 0, unsure: false, intents: mention.intents ?? [] }
    let after = applyRules(said, [effect])
    if (classifier && i < mostJudged) {
      const spans = traceMatch(query, prepared) ?? []
      const of = (field: string) => spans.filter((span) => span.field === field)
      const title = mention.title === null ? null : cutOut(mention.title, of('title'))
      const text = cutOut(mention.text, of('text'))
      after = classifier.classify(
        inputOf({ ...mention, title, text, langDeclared: mention.langDeclared ?? mention.lang }),
      )
      if (i % 20 === 19) await new Promise((resolve) => setImmediate(resolve))
    }
    const label = (one: typeof said) => (effect.kind === 'intent' ? intentsText(one.intents) : one.sentiment)
    out.push({ human: Boolean(mention.classification?.human?.sentiment), from: label(said), to: label(after) })
  }
  return out
}

function intentsText(intents: readonly { label: string }[]): string {
  return intents
    .map((one) => one.label)
    .toSorted()
    .join(' ')
}

/** Labels of either kind, in the words of the interface. */
function labelOf(t: ReturnType<typeof viewOf>['t'], labels: string): string {
  const nameOf = (label: string): string => {
    const tone = sentiments.find((one) => one === label)
    const intent = intentLabels.find((one) => one === label)
    return tone ? t.sentiment[tone] : intent ? t.intent[intent] : label
  }
  return labels.split(' ').map(nameOf).join(', ')
}
