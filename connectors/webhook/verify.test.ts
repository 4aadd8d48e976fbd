import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { verify } from './verify.ts'

const now = Date.UTC(2026, 10, 21)
const request = (headers: Record<string, string>, body = '{"a":1}') => ({
  method: 'POST',
  url: new URL('https://earshot.example/hooks/1'),
  headers: new Headers(headers),
  body: new Uint8Array(Buffer.from(body)),
})
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const standard = (at: number, body = '{"a":1}', id = 'msg_1') => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at / 1000)),
  'webhook-signature': `v1,AAAA v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${id}.${Math.floor(at / 1000)}.${body}`)
    .digest('base64')}`,
})

describe('verify', () => {
  it('takes the published example of Standard Webhooks', () => {
    const body = '{"test": 2432232314}'
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    }
    expect(() => verify(request(headers, body), secret, 1_614_265_330_000)).not.toThrow()
    expect(() => verify(request(headers, body), secret, 1_614_265_331_000 + 301_000)).toThrow(/five minutes/)
  })

  it('takes one valid signature among several, within five minutes', () => {
    expect(() => verify(request(standard(now)), secret, now + 299_000)).not.toThrow()
    expect(() => verify(request(standard(now)), secret, now - 299_000)).not.toThrow()
  })

  it('takes X-Signature-256 over the raw body', () => {
    const hex = createHmac('sha256', 'a plain secret 123').update('{"a":1}').digest('hex')
    expect(() => verify(request({ 'x-signature-256': `sha256=${hex}` }), 'a plain secret 123', now)).not.toThrow()
    expect(() => verify(request({ 'x-signature-256': `sha256=${hex}` }, '{"a":2}'), 'a plain secret 123', now)).toThrow(
      /does not fit/,
    )
  })

  it.each([
    ['no signature', {}],
    ['an old one', standard(now - 301_000)],
    ['one from the future', standard(now + 301_000)],
    ['another body', standard(now, '{"a":2}')],
    ['another id', { ...standard(now), 'webhook-id': 'msg_2' }],
    ['no timestamp', { 'webhook-signature': 'v1,AAAA', 'webhook-id': 'x' }],
    ['a timestamp that is no number', { ...standard(now), 'webhook-timestamp': 'NaN' }],
    ['an empty signature', { ...standard(now), 'webhook-signature': 'v1,' }],
    [
      'only an unknown version',
      { ...standard(now), 'webhook-signature': standard(now)['webhook-signature'].replaceAll('v1', 'v2') },
    ],
    [
      'a wrong standard signature beside a right plain one',
      {
        ...standard(now, 'x'),
        'x-signature-256': `sha256=${createHmac('sha256', secret).update('{"a":1}').digest('hex')}`,
      },
    ],
    ['half a hex signature', { 'x-signature-256': 'sha256=abcd' }],
  ])('refuses %s', (_, headers) => {
    expect(() => verify(request(headers as Record<string, string>), secret, now)).toThrow(/refused/)
  })
})
