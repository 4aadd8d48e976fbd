import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findPersonalData, maskPersonalData } from './personalData.ts'

it.each([
  ['write to ann.lee+shop@mail.example.co.uk, please', 'write to [e-mail], please'],
  ['jürgen@müller.example or x@y.io.', '[e-mail] or [e-mail].'],
  ['IBAN DE89 3704 0044 0532 0130 00 thanks', 'IBAN [IBAN] thanks'],
  ['GB82WEST12345698765432', '[IBAN]'],
  ['card 4111 1111 1111 1111 was charged', 'card [card number] was charged'],
  ['5555-5555-5555-4444', '[card number]'],
  ['my ip is 192.0.2.44, blocked', 'my ip is [IP address], blocked'],
  ['from 2001:db8::8a2e:370:7334 again', 'from [IP address] again'],
  ['call +44 20 7946 0958 now', 'call [phone] now'],
  ['Tel. +49 (30) 901820 oder 0049 30 9018200', 'Tel. [phone] oder [phone]'],
  ['(555) 123-4567 or 555-123-4567', '[phone] or [phone]'],
  ['030/9018 2000', '[phone]'],
])('masks %s', (text, masked) => {
  expect(maskPersonalData(text)).toBe(masked)
})

it.each([
  '@ann@mastodon.example said so',
  'order 1234567890123 of 2026-11-22, 10:30:45',
  'version 10.2.3.400 and 1.2.3',
  'paid 1,234,567.89 for 12 items',
  'card 4111 1111 1111 1112 has a wrong check digit',
  'DE89 3704 0044 0532 0130 01 has one too',
  'https://shop.example/item/00123456789',
  'the years 2019-2021, pages 100-200',
  'the ratio 16:9, at 12:30:00',
  'tracking 1Z999AA10123456784 and ISBN 978-3-16-148410-0',
  'it crashed 100 000 000 times',
])('leaves %s alone', (text) => {
  expect(findPersonalData(text)).toEqual([])
})

const pieces = ['ann@mail.example', '4111 1111 1111 1111', '+44 20 7946 0958', '1', ' ', '@', '.', '-', ':', 'a', '😀']
it('masks once and for all', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
      const masked = maskPersonalData(parts.join(''))
      expect(maskPersonalData(masked)).toBe(masked)
    }),
  )
})

it('ends on hostile texts of a megabyte: a quadratic pattern would not within the limit of a test', () => {
  for (const part of ['a.', '1 ', '+1', 'a@a.', ':1', 'a', '(1)', 'AB12'])
    expect(maskPersonalData(part.repeat(1_000_000 / part.length)).length).toBeGreaterThan(0)
})
