import type { Connector, ReplyLimit } from '../../connector/contract.ts'
import type { Source } from '../../store/sources.ts'
import type { Web } from '../web.ts'

const hourMs = 3_600_000
const kept = new WeakMap<Web, Map<string, { at: number; limits: ReplyLimit[] }>>()

/**
 * The limits of the platform, or of the very instance where the connector can ask it. Asked once an hour and never
 * waited for: until the answer comes the manifest's limits hold.
 */
export async function replyLimits(web: Web, source: Source, connector: Connector): Promise<ReplyLimit[]> {
  const declared = connector.manifest.reply?.limits ?? []
  if (!connector.limits) return declared
  const cache = kept.get(web) ?? new Map<string, { at: number; limits: ReplyLimit[] }>()
  kept.set(web, cache)
  const found = cache.get(source.id)
  const now = web.clock.now()
  if (!found || found.at + hourMs < now) {
    cache.set(source.id, { at: now, limits: found?.limits ?? declared })
    void ask(web, source, connector, cache)
  }
  return cache.get(source.id)?.limits ?? declared
}

async function ask(
  web: Web,
  source: Source,
  connector: Connector,
  cache: Map<string, { at: number; limits: ReplyLimit[] }>,
): Promise<void> {
  try {
    const secrets = source.secrets ? await web.unseal(source.secrets, source.id) : {}
    const host = await web.hostFor(source.connector, { ...source.config, ...secrets }, source.id)
    const limits = await connector.limits?.(host)
    if (limits) cache.set(source.id, { at: web.clock.now(), limits })
  } catch (error) {
    web.log.warn('reply limits of an instance could not be read', { source: source.id, error: String(error) })
  }
}
