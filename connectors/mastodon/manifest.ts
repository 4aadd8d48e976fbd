import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'mastodon',
  name: 'Mastodon and the Fediverse',
  homepage: 'https://joinmastodon.org',
  kind: 'social',
  quality: 'gold',
  summary: 'Hashtags of any server without an account; with an access token also your mentions, search and replies.',
  keyless: true,
  // Documented: 300 requests in 5 minutes for an account and for an address. A fifth is left to people.
  limits: [
    { requests: 240, perSeconds: 300, scope: 'account' },
    { requests: 240, perSeconds: 300, scope: 'connector' },
  ],
  interval: { default: 120, min: 30 },
  reply: { limits: [{ unit: 'graphemes', max: 500, urlLength: 23 }], readLagSeconds: 10 },
  stream: {
    byDefault: true,
    summary: 'Needs an access token. One open connection; servers without streams are looked at as before.',
  },
  backfill: {},
  policy: { identityLink: 'allowed', exportable: true, deletionRecheckHours: 24 },
}
