import { expect, it } from 'vitest'
import { csrfTokenOf, maskToken, matchesToken } from './csrfToken.ts'

it('takes any masked form of its own token and no other', () => {
  const token = csrfTokenOf('session')
  const masked = [maskToken(token), maskToken(token)]
  expect(masked[0]).not.toBe(masked[1])
  for (const one of [...masked, token]) expect(matchesToken(one, token)).toBe(true)
  for (const wrong of ['', 'x', csrfTokenOf('other'), maskToken(csrfTokenOf('other')), `${masked[0]}AA`, '\u0000'])
    expect(matchesToken(wrong, token), wrong).toBe(false)
})
