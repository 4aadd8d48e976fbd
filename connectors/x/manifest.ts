import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'x',
  name: 'X (Twitter)',
  homepage: 'https://x.com',
  kind: 'social',
  // Not gold: the fake was built from documents and never compared with the platform.
  quality: 'silver',
  summary:
    'Mentions of your account, posts with your words, and replies where X allows them. X charges for every read and reply.',
  keyless: false,
  // The tightest of the lists we read (mentions and search with a user token); headers may say less.
  limits: [{ requests: 300, perSeconds: 900, scope: 'account' }],
  interval: { default: 120, min: 30 },
  reply: {
    limits: [{ unit: 'x-weighted', max: 280 }],
    // Own timelines are indexed with a delay.
    readLagSeconds: 20,
    price: 'X charges about 0.01 USD for a reply where you were mentioned, and 0.20 USD when the text has a link.',
  },
  stream: {
    // It costs money by the post.
    byDefault: false,
    summary:
      'Hears mentions and your words as they are written, through the filtered stream. Needs the app bearer token; X allows one stream for an app.',
    price: 'X charges about 0.005 USD for every post that the stream delivers.',
  },
  // Content that is deleted, protected or suspended must go within 24 hours.
  backfill: { reachDays: 7, price: 'about 0.005 USD for each post found' },
  policy: { identityLink: 'public-data', deletionRecheckHours: 24, exportable: true },
}
