import type { CheckedAccount, Host } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { canReply, findReply, recheck, reply } from './answer.ts'
import { loadMe } from './api.ts'
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
  stream,
  backfill,
  canReply,
  reply,
  findReply,
  recheck,
})

async function check(host: Host<Config>): Promise<CheckedAccount> {
  const { id, username, name } = await loadMe(host)
  return { account: id, displayName: name || `@${username}`, url: `https://x.com/${username}` }
}
