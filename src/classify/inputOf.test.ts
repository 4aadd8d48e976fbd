import { describe, expect, it } from 'vitest'
import { inputOf } from './inputOf.ts'

const mention = { title: 'Worst machines of the year', text: 'Mine is lovely', langDeclared: null, ratingUnit: null }

describe('inputOf', () => {
  it('reads the title of a post and of a review with the text', () => {
    const both = 'Worst machines of the year\nMine is lovely'
    expect(inputOf({ ...mention, kind: 'post' })).toEqual({ text: both, kind: 'mention' })
    expect(inputOf({ ...mention, kind: 'review', ratingUnit: 0.75, langDeclared: 'en' })).toEqual({
      text: both,
      kind: 'review',
      lang: 'en',
      stars: 4,
    })
  })

  it('takes no words of a page for those of who comments on it', () => {
    expect(inputOf({ ...mention, kind: 'comment' })).toEqual({ text: 'Mine is lovely', kind: 'mention' })
  })
})
