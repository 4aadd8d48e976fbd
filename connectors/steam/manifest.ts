import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'steam',
  name: 'Steam reviews',
  homepage: 'https://store.steampowered.com',
  kind: 'reviews',
  quality: 'gold',
  summary: 'Reviews of a game on Steam, with the answers of its developer. No account needed.',
  keyless: true,
  // Undocumented; the community counts about 200 requests in five minutes for one address.
  limits: [{ requests: 150, perSeconds: 300, scope: 'connector' }],
  interval: { default: 900, min: 120 },
  policy: { identityLink: 'allowed', exportable: true },
}
