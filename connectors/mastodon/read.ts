import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { IncomingMention } from '../../src/connector/contract.ts'
import { isConnectorError } from '../../src/connector/errors.ts'
import * as api from './api.ts'
import { parseAccount, parseNotification, toMention, type MapContext } from './map.ts'

export async function domainOf(host: api.MastodonHost): Promise<string> {
  return (await api.readInstance(host))?.domain ?? new URL(host.config.baseUrl).host
}

const remembered = z.object({ key: z.string(), domain: z.string(), meId: z.string().optional() })

/** What the server and the token are is asked once and remembered, for this server and this token. */
export async function contextOf(host: api.MastodonHost): Promise<MapContext> {
  const { baseUrl, token } = host.config
  const key = createHash('sha256').update(`${baseUrl}\n${token}`).digest('hex').slice(0, 16)
  const parsed = remembered.safeParse(await host.session.get())
  let known = parsed.success && parsed.data.key === key ? parsed.data : undefined
  if (!known) {
    const domain = await domainOf(host)
    known = { key, domain, ...(token && { meId: parseAccount(await api.readMe(host)).id }) }
    await host.session.update(async () => known)
  }
  return { domain: known.domain, meId: known.meId, notified: false, connected: token !== '' }
}

/** A deleted post leaves a notification without a status: nothing to show. */
export async function notified(host: api.MastodonHost, raw: unknown, context: MapContext): Promise<IncomingMention[]> {
  try {
    const { status } = parseNotification(raw)
    return status === null || status === undefined ? [] : await withRoot(host, status, { ...context, notified: true })
  } catch (error) {
    if (isConnectorError(error)) throw error
    host.quarantine(raw, error)
    return []
  }
}

/** An answer belongs to the conversation of its first post, which only the server's own walk can tell. */
export async function withRoot(host: api.MastodonHost, raw: unknown, context: MapContext): Promise<IncomingMention[]> {
  const [item] = mapped(host, raw, context)
  if (!item) return []
  const rootId = item.parentId === undefined ? undefined : await api.readRootId(host, item.externalId)
  return [rootId === undefined ? item : { ...item, rootId }]
}

export function mapped(host: api.MastodonHost, raw: unknown, context: MapContext): IncomingMention[] {
  try {
    return [toMention(raw, context)]
  } catch (error) {
    host.quarantine(raw, error)
    return []
  }
}
