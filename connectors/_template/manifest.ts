import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'example',
  name: 'Example',
  homepage: 'https://platform.example',
  kind: 'community',
  quality: 'bronze',
  summary: 'Say in one sentence what people find here and whether they need an account.',
  keyless: false,
  // Say where this number comes from (with a link), or that it is courtesy.
  limits: [{ requests: 60, perSeconds: 60, scope: 'account' }],
  interval: { default: 300, min: 60 },
  reply: { limits: [{ unit: 'chars', max: 1000 }], readLagSeconds: 0 },
  policy: { identityLink: 'public-data', exportable: true },
}
