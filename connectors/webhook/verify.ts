import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WebhookRequest } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'

/** Older or further ahead than this is a replay or a wrong clock. */
const toleranceSeconds = 300

/**
 * Checks the signature over the raw body: Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`) or
 * `X-Signature-256: sha256=<hex>`. Throws ConnectorError('auth') when neither holds. A delivery that carries both kinds
 * is judged by the first, which also proves its age.
 */
export function verify(request: WebhookRequest, secret: string, nowMs: number): void {
  const { headers } = request
  if (headers.has('webhook-signature')) return verifyStandard(request, secret, nowMs)
  const plain = headers.get('x-signature-256')
  if (plain === null) throw refused('It carries no signature: send webhook-signature or X-Signature-256.')
  const given = /^sha256=([0-9a-f]{64})$/i.exec(plain.trim())?.[1]
  const expected = createHmac('sha256', secret).update(request.body).digest()
  if (!given || !same(Buffer.from(given, 'hex'), expected)) throw refused('X-Signature-256 does not fit the body.')
}

function verifyStandard({ headers, body }: WebhookRequest, secret: string, nowMs: number): void {
  const id = headers.get('webhook-id')
  const timestamp = headers.get('webhook-timestamp')
  if (!id || !timestamp || !/^\d{1,12}$/.test(timestamp)) throw refused('webhook-id or webhook-timestamp is missing.')
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds)
    throw refused('webhook-timestamp is more than five minutes off. Check the clock of the sender.')
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest()
  const given = (headers.get('webhook-signature') ?? '').split(' ').filter((part) => part.startsWith('v1,'))
  if (!given.some((part) => same(Buffer.from(part.slice(3), 'base64'), expected)))
    throw refused('webhook-signature does not fit the body.')
}

/** Standard Webhooks writes secrets as whsec_ and base64; any other secret is taken as it is. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
}

function same(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function refused(why: string): ConnectorError {
  return new ConnectorError('auth', `The delivery was refused. ${why}`)
}
