import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeConnector, type KitOptions } from '../../src/connector/testkit/describe.ts'
import { openWorld } from '../../src/connector/testkit/world.ts'
import webhook from './index.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const mention = {
  externalId: 7,
  text: 'hello',
  createdAt: '2026-11-01T10:00:00Z',
  author: { handle: '@ann', name: 'Ann' },
  url: 'https://x.example/7',
}

const kit = {
  connector: webhook,
  config: () => ({ name: 'Zapier', secret }),
  account: 'zapier',
  items: 0,
  webhook: (_: Record<string, unknown>, now: number) => delivery([mention], now),
} satisfies KitOptions<{ name: string; secret: string }, Record<string, never>>

describeConnector(kit)

describe('webhook', () => {
  it('takes one, a list, or a list under "mentions"; sets bad ones aside', async () => {
    const world = await openWorld(kit)
    const send = (body: unknown) => webhook.webhook?.(world.host, delivery(body, world.clock.now()))
    expect((await send(mention))?.items).toMatchObject([
      { externalId: '7', author: { handle: 'ann' }, createdAt: Date.UTC(2026, 10, 1, 10) },
    ])
    const mixed = await send({
      mentions: [mention, null, { text: 'no id' }, { ...mention, url: 'javascript:alert(1)' }, 'x'],
    })
    await world.close()
    expect(mixed?.items.map(({ externalId }) => externalId)).toEqual(['7', 'msg_1:2'])
    expect(mixed?.warnings).toHaveLength(1)
    expect(world.quarantined).toHaveLength(3)
  })

  it.each([['not json'], ['\ufffd\u0000'], [JSON.stringify(Array.from({ length: 1001 }, () => mention))]])(
    'tells the sender what is wrong with the body',
    async (body) => {
      const world = await openWorld(kit)
      await expect(webhook.webhook?.(world.host, delivery(body, world.clock.now()))).rejects.toMatchObject({
        kind: 'rejected',
      })
      await world.close()
    },
  )

  it('cannot pass a mention off as our own', async () => {
    const world = await openWorld(kit)
    const page = await webhook.webhook?.(
      world.host,
      delivery({ ...mention, own: true, replyTo: { x: 1 } }, world.clock.now()),
    )
    await world.close()
    expect(page?.items[0]).not.toHaveProperty('own')
    expect(page?.items[0]).not.toHaveProperty('replyTo')
  })
})

function delivery(content: unknown, now: number) {
  const body = new Uint8Array(Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)))
  const timestamp = String(Math.floor(now / 1000))
  const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`msg_1.${timestamp}.`)
    .update(body)
    .digest('base64')
  return {
    method: 'POST',
    url: new URL('https://earshot.example/hooks/1'),
    headers: new Headers({
      'webhook-id': 'msg_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    }),
    body,
  }
}
