import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'appstore',
  name: 'App Store reviews',
  homepage: 'https://apps.apple.com',
  kind: 'reviews',
  quality: 'gold',
  summary:
    "Reviews from Apple's public feed, one or more countries. No account needed; the newest 500 of each country.",
  keyless: true,
  // Undocumented; the feed answers 429 when hurried.
  limits: [{ requests: 60, perSeconds: 60, scope: 'connector' }],
  interval: { default: 1800, min: 600 },
  policy: { identityLink: 'allowed', exportable: true },
}
