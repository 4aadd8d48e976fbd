import { describe, expect, it } from 'vitest'
import { reachOf } from './reach.ts'

describe('reachOf', () => {
  it.each([
    [0, 0],
    [1000, 150],
    [100_000, 15_000],
    [5_050_000, 530_250],
    [10_000_000, 600_000],
    [20_000_000, 1_200_000],
  ])('%d followers: %d people', (followers, people) => {
    expect(reachOf({ followers })).toMatchObject({ from: 'followers', followers, people })
  })

  it('takes what the platform counts before any estimate', () => {
    expect(reachOf({ views: 12, followers: 1000 })).toEqual({ from: 'views', people: 12 })
    expect(reachOf({ views: 0, followers: 1000 })).toEqual({ from: 'views', people: 0 })
  })

  it('invents nothing', () => {
    expect(reachOf({})).toBeUndefined()
    expect(reachOf({ views: null, followers: null })).toBeUndefined()
    expect(reachOf({ followers: -1 })).toBeUndefined()
  })
})
