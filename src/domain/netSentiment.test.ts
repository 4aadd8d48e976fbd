import { expect, it } from 'vitest'
import { netSentiment } from './netSentiment.ts'

it('counts mixed half to each pole and leaves out what is unsure', () => {
  const said = netSentiment({ negative: 2, neutral: 4, positive: 6, mixed: 4, unsure: 4 })
  // P = 6 + 2, N = 2 + 2, Neu = 4.
  expect(said).toEqual({ net: (100 * (8 - 4)) / 16, polar: (100 * (8 - 4)) / 12, sure: 16, unsureShare: 0.2 })
})

it('says nothing where nothing is sure, and no polar figure where nobody takes a side', () => {
  const none = { negative: 0, neutral: 0, positive: 0, mixed: 0, unsure: 0 }
  expect(netSentiment(none)).toEqual({ net: undefined, polar: undefined, sure: 0, unsureShare: undefined })
  expect(netSentiment({ ...none, unsure: 3 })).toEqual({ net: undefined, polar: undefined, sure: 0, unsureShare: 1 })
  expect(netSentiment({ ...none, neutral: 3 })).toEqual({ net: 0, polar: undefined, sure: 3, unsureShare: 0 })
})
