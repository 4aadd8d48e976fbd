import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'bluesky',
  name: 'Bluesky',
  homepage: 'https://bsky.app',
  kind: 'social',
  quality: 'gold',
  summary: 'Mentions, replies and quotes of your account, posts with your words, and replies in the thread.',
  keyless: false,
  // The reference server allows 3,000 requests in 5 minutes for an address; the rest is left to the people behind it.
  limits: [{ requests: 2000, perSeconds: 300, scope: 'connector' }],
  interval: { default: 60, min: 10 },
  reply: {
    limits: [
      { unit: 'graphemes', max: 300 },
      { unit: 'utf8-bytes', max: 3000 },
    ],
    // Looked for by key in the account's own repository, which has no index to wait for.
    readLagSeconds: 1,
  },
  stream: {
    // A permanent download and a little processor time, which people should choose.
    byDefault: false,
    summary:
      'Hears every post of the network within seconds and keeps what mentions you, has your words or matches your listening queries. Downloads about 1 GB a day.',
  },
  backfill: {},
  policy: { identityLink: 'public-data', deletionRecheckHours: 24, exportable: true },
}
