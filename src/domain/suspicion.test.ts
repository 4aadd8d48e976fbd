import { describe, expect, it } from 'vitest'
import { countMarks, suspicionsOf, type Signs } from './suspicion.ts'

const plain: Signs = { intents: [], links: 1, hashtags: 2, echoes: 0, echoSpanMs: 0, dayCount: 1 }

describe('suspicionsOf', () => {
  it.each<[Partial<Signs>, string[]]>([
    [{}, []],
    [{ spam: 0.49 }, []],
    [{ spam: 0.5 }, ['promotion']],
    [{ intents: [{ label: 'spam_promo', confidence: 0.4 }] }, ['promotion']],
    [{ intents: [{ label: 'praise', confidence: 0.9 }] }, []],
    [{ isBot: true }, ['bot']],
    [{ dayCount: 19 }, []],
    [{ dayCount: 20 }, ['bot']],
    [{ echoes: 1 }, []],
    [{ echoes: 2, isBot: true }, ['bot', 'campaign']],
  ])('%j: %j', (signs, said) => {
    expect(suspicionsOf({ ...plain, ...signs })).toEqual(said)
  })
})

describe('countMarks', () => {
  it.each([
    ['nothing here', 0, 0],
    ['see https://a.example/#top and www.b.example #one #two', 2, 2],
    ['item no.#5 &#39; a#b', 0, 1],
    ['#тег ＃日本', 0, 2],
  ])('%s', (text, links, hashtags) => {
    expect(countMarks(text)).toEqual({ links, hashtags })
  })
})
