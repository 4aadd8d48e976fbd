import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'hackernews',
  name: 'Hacker News',
  homepage: 'https://news.ycombinator.com',
  kind: 'community',
  quality: 'gold',
  summary: 'Stories and comments that name your words. No account needed; answers are written on the site.',
  keyless: true,
  // The search tolerates about 10,000 requests an hour for one address; we stay well below.
  limits: [{ requests: 600, perSeconds: 300, scope: 'connector' }],
  interval: { default: 300, min: 60 },
  backfill: { sweepHours: 24 },
  policy: { identityLink: 'allowed', exportable: true, deletionRecheckHours: 24 },
}
