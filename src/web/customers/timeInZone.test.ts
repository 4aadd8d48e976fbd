import { expect, it } from 'vitest'
import { timeInZone } from './timeInZone.ts'

it('reads a wall clock in its zone, in summer and winter and on the day between', () => {
  const read = (local: string, zone: string) => new Date(timeInZone(local, zone) ?? Number.NaN).toISOString()
  expect(read('2026-07-01T12:00', 'Europe/Berlin')).toBe('2026-07-01T10:00:00.000Z')
  expect(read('2026-01-01T12:00', 'Europe/Berlin')).toBe('2026-01-01T11:00:00.000Z')
  expect(read('2026-03-29T03:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(read('2026-01-01T00:00', 'Asia/Kolkata')).toBe('2025-12-31T18:30:00.000Z')
  expect(read('2026-01-01T00:00', 'UTC')).toBe('2026-01-01T00:00:00.000Z')
  expect(timeInZone('tomorrow', 'UTC')).toBeUndefined()
  expect(timeInZone('2026-13-45T99:00', 'UTC')).toBeUndefined()
})
