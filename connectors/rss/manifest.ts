import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'rss',
  name: 'Feed (RSS, Atom, JSON Feed)',
  homepage: 'https://www.rssboard.org/rss-specification',
  kind: 'community',
  quality: 'gold',
  summary: 'Blogs, news, forums and Google Alerts: anything that publishes a feed. No account needed.',
  keyless: true,
  // Courtesy, not a documented limit: many feeds may live on one server.
  limits: [{ requests: 30, perSeconds: 60, scope: 'connector' }],
  interval: { default: 900, min: 300 },
  policy: { identityLink: 'allowed', exportable: true },
}
