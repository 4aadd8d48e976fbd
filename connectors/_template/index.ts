import { z } from 'zod'
import type { Host, IncomingMention } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { type Config, configSchema, createReply, fetchAccount, fetchPosts, postSchema } from './api.ts'
import { manifest } from './manifest.ts'
import { toMention } from './map.ts'

const cursorSchema = z.object({ after: z.string().nullable() })
type Cursor = z.infer<typeof cursorSchema>

/** More pages than this wait for the next run. */
const maxPages = 50

export default defineConnector<Config, Cursor>({
  manifest,
  config: configSchema,
  cursor: cursorSchema,
  start: { after: null },

  async check(host) {
    const { id, name } = await fetchAccount(host)
    return { account: id, displayName: name }
  },

  async *poll(host, cursor) {
    let { after } = cursor
    for (let page = 0; page < maxPages; page++) {
      const { posts, next } = await fetchPosts(host, after)
      after = next ?? after
      const done = !next
      yield { items: posts.flatMap((record) => readRecord(host, record)), cursor: { after }, done }
      if (done) return
    }
  },

  async reply(host, { target, text, idempotencyKey }) {
    const { id, created_at, url } = await createReply(host, target.externalId, text, idempotencyKey)
    return { externalId: id, sentAt: Date.parse(created_at), ...(url ? { url } : {}) }
  },
})

function readRecord(host: Host<Config>, record: unknown): IncomingMention[] {
  const parsed = postSchema.safeParse(record)
  if (parsed.success) return [toMention(parsed.data)]
  host.quarantine(record, parsed.error)
  return []
}
