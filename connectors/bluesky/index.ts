import { z } from 'zod'
import type { CheckedAccount, Host } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { canReply, findReply, like, recheck, reply } from './answer.ts'
import { askPlain, getProfiles } from './api.ts'
import { backfill } from './backfill.ts'
import { config, type Config, cursor, start } from './config.ts'
import { poll, search } from './listen.ts'
import { manifest } from './manifest.ts'
import { stream } from './stream.ts'

export default defineConnector({
  manifest,
  config,
  cursor,
  start,
  check,
  poll,
  search,
  backfill,
  stream,
  canReply,
  reply,
  findReply,
  recheck,
  act: { like },
})

async function check(host: Host<Config>): Promise<CheckedAccount> {
  const shape = z.looseObject({ did: z.string(), handle: z.string() })
  const { did, handle } = await askPlain(host, 'com.atproto.server.getSession', shape, {})
  const profiles = await getProfiles(host, [did]).catch(() => new Map<string, { displayName?: string | undefined }>())
  const displayName = profiles.get(did)?.displayName || `@${handle}`
  return { account: did, displayName, url: `https://bsky.app/profile/${did}` }
}
