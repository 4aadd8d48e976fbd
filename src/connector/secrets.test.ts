import { describe, expect, it } from 'vitest'
import { createSecretBox, generateMasterKey, SecretError } from './secrets.ts'

const place = { table: 'sources', row: '0199', column: 'secrets' }
const old = 'the first master key of the house'
const fresh = 'the second master key of the house'

describe('secret box', () => {
  it('opens what it sealed and never shows it', () => {
    const box = createSecretBox([generateMasterKey()])
    for (const plain of ['', 'token', 'grüße 🔑', 'x'.repeat(100_000)]) {
      const sealed = box.seal(plain, place)
      expect(box.open(sealed, place)).toBe(plain)
      expect(plain.length > 3 && sealed.includes(plain)).toBe(false)
    }
  })

  it('seals the same text differently every time', () => {
    const box = createSecretBox([old])
    expect(box.seal('token', place)).not.toBe(box.seal('token', place))
  })

  it.each([
    ['table', { ...place, table: 'users' }],
    ['row', { ...place, row: '0200' }],
    ['column', { ...place, column: 'session' }],
    ['a boundary between them', { table: 'sources0199', row: '', column: 'secrets' }],
  ])('does not open at another %s', (_name, other) => {
    const box = createSecretBox([old])
    const sealed = box.seal('token', place)
    expect(box.open(sealed, place)).toBe('token')
    expect(() => box.open(sealed, other)).toThrow(SecretError)
  })

  it('notices every changed character', () => {
    const box = createSecretBox([old])
    const sealed = box.seal('token', place)
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'Q' : 'A') + sealed.slice(at + 1)
      expect(() => box.open(changed, place), `position ${at}`).toThrow(SecretError)
    }
  })

  it('opens with a retired key and rewraps for the new one', () => {
    const sealed = createSecretBox([old]).seal('token', place)
    const rotating = createSecretBox([fresh, old])
    expect(rotating.isCurrent(sealed)).toBe(false)
    const moved = rotating.rewrap(sealed, place)
    expect(rotating.isCurrent(moved)).toBe(true)
    expect(createSecretBox([fresh]).open(moved, place)).toBe('token')
    expect(() => createSecretBox([fresh]).open(sealed, place)).toThrow(/not configured/)
  })

  it('refuses a short master key', () => {
    expect(() => createSecretBox(['short'])).toThrow(RangeError)
  })
})
