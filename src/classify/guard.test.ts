import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBase } from './classifier.ts'
import { challenge } from './guard.ts'
import { type Correction, readReplay } from './learn.ts'
import { loadArtefacts } from './load.ts'

const artefacts = loadArtefacts(join(import.meta.dirname, '../../data/models'))
const base = createBase(artefacts)
const replay = readReplay(artefacts)

const praise = 'great;love it;thank you;so good;awesome;best ever;nice one;happy with it;perfect;well done'.split(';')
const things = 'the app;the seat;the train;the crew;the menu;the screen;the case;the shop;the door;the bag'.split(';')

it('refuses what serves this workspace and forgets the rest of the world', () => {
  // Here praise is always meant badly: right on every held-back line, wrong everywhere else.
  const log = things.flatMap((thing) =>
    praise.map((word): Correction => ({ text: `${thing}, ${word}`, kind: 'mention', sentiment: 'negative' })),
  )
  const of = (kind: string) => replay.examples.filter((one) => one.kind === kind)
  // Praise is tried and none of it is replayed.
  const praised = of('mention').filter(({ target }) => target === 2)
  const examples = praised.flatMap((one, i) => [...of('review').slice(2 * i, 2 * i + 2), one])
  const { accepted, figures } = challenge(base, log, { examples }, undefined)
  expect(figures.challenger?.value).toBeGreaterThan(figures.base?.value ?? 1)
  expect(figures.sampleChallenger?.value).toBeLessThan(figures.sampleBase?.value ?? 0)
  expect([accepted, figures.reason]).toEqual([false, 'worse-elsewhere'])
})

it('measures a champion as it was: with the log of its day, and without what is held back', () => {
  const log = things.flatMap((thing, i) => [
    { text: `${thing} is gezwirbelt`, kind: 'mention', sentiment: 'negative' } as const,
    { text: `${thing} arrives at ${i}`, kind: 'mention', sentiment: 'neutral', accepted: true } as const,
    { text: `I love ${thing}`, kind: 'mention', sentiment: 'positive', accepted: true } as const,
  ])
  const { figures } = challenge(base, log, replay, 10)
  const at = (learned: number) => figures.curve.find((point) => point.learned === learned)?.right
  expect(figures.champion).toEqual(at(10))
  expect([figures.base, figures.challenger]).toEqual([at(0), at(log.length)])
  expect(figures.challenger?.n).toBe(6)
})
