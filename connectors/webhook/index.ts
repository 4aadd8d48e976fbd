import { z } from 'zod'
import type { Host, IncomingMention } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { parseMention } from '../../src/connector/mentionSchema.ts'
import { manifest } from './manifest.ts'
import { verify } from './verify.ts'

const config = z.object({
  name: z.string().trim().min(1, 'Give it a name').max(200).meta({
    title: 'Name',
    help: 'Where the deliveries come from, for example "Zapier: TikTok comments".',
  }),
  secret: z.string().trim().min(16, 'Use at least 16 characters').meta({
    title: 'Shared secret',
    help: 'At least 16 characters. The sender signs each delivery with it (Standard Webhooks, or X-Signature-256: sha256=HMAC of the body).',
    secret: true,
  }),
})
type Config = z.infer<typeof config>
const cursor = z.object({})
const maxMentions = 1000

export default defineConnector<Config, z.infer<typeof cursor>>({
  manifest,
  config,
  cursor,
  start: {},

  async check(host) {
    return { account: host.config.name.toLowerCase(), displayName: host.config.name }
  },

  async *poll() {},

  async webhook(host, request) {
    verify(request, host.config.secret, host.now())
    const records = recordsOf(request.body)
    const delivery = request.headers.get('webhook-id')
    const items = records.flatMap((record, index) => mapped(host, record, delivery && `${delivery}:${index}`))
    const bad = records.length - items.length
    return {
      items,
      cursor: {},
      ...(bad > 0 && { warnings: [`${bad} of ${records.length} records could not be read and were set aside.`] }),
    }
  },

  canReply(target) {
    return {
      ok: false,
      reason: 'This was sent by another program. Answer where it was written.',
      openUrl: target.url ?? '',
    }
  },
})

/** One mention, a list, or a list under `mentions`. Throws ConnectorError('rejected'): the sender reads why. */
function recordsOf(body: Uint8Array): unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new ConnectorError('rejected', 'The body is not JSON in UTF-8.', { cause })
  }
  const inner = typeof parsed === 'object' && parsed !== null && 'mentions' in parsed ? parsed.mentions : parsed
  const records = Array.isArray(inner) ? inner : [inner]
  if (records.length > maxMentions)
    throw new ConnectorError('rejected', `At most ${maxMentions} mentions in one delivery.`)
  return records
}

function mapped(host: Host<Config>, record: unknown, externalId: string | null): IncomingMention[] {
  try {
    return [parseMention(record, { createdAt: host.now(), ...(externalId && { externalId }) })]
  } catch (error) {
    host.quarantine(record, error)
    return []
  }
}
