import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { classifierOf, createBase, type Knowledge } from './classifier.ts'
import { areApplicable, type Delta } from './delta.ts'
import { type Correction, createLearner, learn, readReplay } from './learn.ts'
import { loadArtefacts } from './load.ts'

const artefacts = loadArtefacts(join(import.meta.dirname, '../../data/models'))
const base = createBase(artefacts)
const replay = readReplay(artefacts)

/** A brand whose customers use a word of their own for failure, which the base cannot know. */
const failures = ['counter', 'train', 'ticket', 'gate', 'seat', 'voucher', 'lounge', 'bus', 'kiosk', 'desk'].map(
  (thing): Correction => ({ text: `the ${thing} is gezwirbelt`, kind: 'mention', sentiment: 'negative' }),
)
const accepted = ['nice crew', 'thank you for the help', 'boarding at gate 4', 'flying to Rome on Monday'].map(
  (text): Correction => ({ text, kind: 'mention', accepted: true }),
)

describe('learn', () => {
  it('teaches a word that the base does not know', () => {
    const input = { text: 'my booking is gezwirbelt', kind: 'mention' } as const
    const before = classifierOf(base).classify(input)
    const trial = learn(base, [...failures, ...accepted], replay)
    const after = classifierOf(base, trial.knowledge).classify(input)
    expect(after.probabilities.negative).toBeGreaterThan(before.probabilities.negative + 0.1)
    expect(after.layer).toBe(2)
    expect(after.model).not.toBe(before.model)
  })

  it('gives the same delta for the same log, and another version for a longer one', () => {
    const once = learn(base, failures, replay).knowledge
    const twice = learn(base, failures, replay).knowledge
    const longer = learn(base, [...failures, ...accepted], replay).knowledge
    expect(twice).toEqual(once)
    expect(longer.version).not.toBe(once.version)
  })

  it('comes to the same line by line as from the whole log, and keeps what it gave before', () => {
    const log = Array.from({ length: 6 }, (_, i) =>
      [...failures, ...accepted].map((line) => ({ ...line, text: `${line.text} ${'abcdef'[i]}` })),
    ).flat()
    const learner = createLearner(base, log.slice(0, 20), replay)
    const early = learner.trial().knowledge
    const said = classifierOf(base, early).classify({ text: 'my booking is gezwirbelt', kind: 'mention' })
    for (const line of log.slice(20)) learner.add(line)
    expect(learner.trial()).toEqual(learn(base, log, replay))
    const again = classifierOf(base, early).classify({ text: 'my booking is gezwirbelt', kind: 'mention' })
    expect(again).toEqual(said)
  })

  it('learns the same of what was accepted whether the log repeats the label or not', () => {
    const named = accepted.map((line): Correction => {
      const { sentiment, intents } = classifierOf(base).classify(line)
      return { ...line, sentiment, intents: intents.map(({ label }) => label) }
    })
    const { sentiment, intents } = learn(base, [...failures, ...accepted], replay).knowledge
    expect(sentiment.mention?.bias.some((weight) => weight !== 0)).toBe(true)
    expect(learn(base, [...failures, ...named], replay).knowledge).toMatchObject({ sentiment })
    expect(intents).toBeUndefined()
  })

  it('moves an intent that was missed, and leaves those that were found', () => {
    const missed = ['again', 'today', 'still'].flatMap((when) =>
      failures.map((line): Correction => ({ ...line, text: `${line.text} ${when}`, intents: ['bug_report'] })),
    )
    const left = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((n) =>
      accepted.map((line) => ({ ...line, text: `${line.text} ${n}` })),
    )
    const { knowledge } = learn(base, [...missed, ...left], replay)
    const intentsOf = (text: string, known?: Knowledge) =>
      classifierOf(base, known)
        .classify({ text, kind: 'mention' })
        .intents.map(({ label }) => label)
    expect(intentsOf('my booking is gezwirbelt')).not.toContain('bug_report')
    expect(intentsOf('my booking is gezwirbelt', knowledge)).toContain('bug_report')
    for (const { text } of accepted) expect(intentsOf(text, knowledge)).toEqual(intentsOf(text))
  })

  it('knows a stored delta of a release that learned otherwise', () => {
    const { mention } = learn(base, failures, replay).knowledge.sentiment
    expect(areApplicable([mention, undefined])).toBe(true)
    expect(areApplicable([{ ...mention, spread: undefined } as unknown as Delta])).toBe(false) // as read from a blob
  })

  it('learns of posts from a log whose first line is in another language', () => {
    const log: Correction[] = [{ text: 'muy malo', kind: 'mention', lang: 'es', sentiment: 'negative' }, ...failures]
    const delta = learn(base, log, replay).knowledge.sentiment.mention
    expect(delta?.dense.some((weight) => weight !== 0)).toBe(true)
  })

  it('lets a human label win for the very text, whatever the delta says', () => {
    const text = 'great, just great'
    const { knowledge } = learn(
      base,
      [{ text, kind: 'mention', sentiment: 'negative', intents: ['complaint'] }],
      replay,
    )
    const said = classifierOf(base, knowledge).classify({ text, kind: 'mention' })
    expect(said).toMatchObject({ sentiment: 'negative', layer: 3 })
    expect(said.intents.map(({ label }) => label)).toEqual(['complaint'])
  })

  it('refuses a log whose own held-back fifth it makes worse', () => {
    const praise = Array.from({ length: 40 }, (_, i): Correction => {
      const text = `I love this, number ${'abcdefghijklmnopqrstuvwxyz'[i % 26]}${i}, great`
      return { text, kind: 'mention', sentiment: i % 5 === 4 ? 'positive' : 'negative' }
    })
    const trial = learn(base, praise, replay)
    expect(trial.champion).toBe(1)
    expect(trial.accepted).toBe(false)
    expect(trial.challenger).toBeLessThan(0.98)
    expect(trial.knowledge.sentiment).toEqual({})
  })
})
