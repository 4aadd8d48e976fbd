import { z } from 'zod'
import { defineConnector } from '../../src/connector/define.ts'
import { manifest } from './manifest.ts'

const config = z.object({
  name: z.string().trim().min(1, 'Give it a name').max(200).meta({
    title: 'Name',
    help: 'Where the records come from, for example "Google Play export". The same record in two files of one source is one mention.',
  }),
})
const cursor = z.object({})

/** Nothing to ask anywhere: files come in by upload or `earshot import mentions`, through parseMentionFile. */
export default defineConnector<z.infer<typeof config>, z.infer<typeof cursor>>({
  manifest,
  config,
  cursor,
  start: {},

  async check(host) {
    return { account: host.config.name.toLowerCase(), displayName: host.config.name }
  },

  async *poll() {},

  canReply(target) {
    return {
      ok: false,
      reason: 'This came from a file. Answer where it was written.',
      openUrl: target.url ?? '',
    }
  },
})
