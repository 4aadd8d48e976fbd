import { expect, it } from 'vitest'
import { calibrate, fitTemperature, type Held, leastLabels, tempered } from './calibrate.ts'

/** Labels drawn by the very probabilities, which are then told too surely: raised to `boast` and normed. */
function boasting(n: number, boast: number): Held[] {
  return Array.from({ length: n }, (_, i) => {
    const top = 0.4 + 0.5 * ((i * 0.618) % 1)
    const honest = [top, (1 - top) * 0.6, (1 - top) * 0.4]
    const draw = (i * 0.7548776662 + 0.31) % 1
    const target = draw < top ? 0 : draw < top + (honest[1] ?? 0) ? 1 : 2
    return { probabilities: tempered(honest, 1 / boast), target, fold: i % 5 }
  })
}

it('finds how much a model boasts, less surely from few labels', () => {
  const [few, many] = [fitTemperature(boasting(40, 2.5)), fitTemperature(boasting(4000, 2.5))]
  expect(many).toBeGreaterThan(2.2)
  expect(many).toBeLessThan(2.8)
  expect(few).toBeGreaterThan(1)
  expect(few).toBeLessThan(many)
})

it('is used only where it helps on labels that were held out, and never with too few', () => {
  const helped = calibrate(boasting(1000, 2.5))
  expect(helped).toMatchObject({ used: true, n: 1000 })
  expect(helped?.after).toBeLessThan((helped?.before ?? 0) / 2)
  expect(calibrate(boasting(1000, 1))).toMatchObject({ used: false, temperature: 1 })
  expect(calibrate(boasting(leastLabels - 1, 2.5))).toBeUndefined()
})
