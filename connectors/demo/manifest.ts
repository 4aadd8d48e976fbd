import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'demo',
  name: 'Demo world',
  homepage: 'https://demo.invalid/',
  kind: 'social',
  quality: 'silver',
  summary:
    'Tamsel, an invented maker of coffee machines, and the people who talk about it. Works without an account and without a network.',
  keyless: true,
  limits: [{ requests: 60, perSeconds: 60, scope: 'account' }],
  interval: { default: 10, min: 5 },
  reply: { limits: [{ unit: 'graphemes', max: 300 }], readLagSeconds: 0 },
  policy: { identityLink: 'allowed', deletionRecheckHours: 24, exportable: true },
}
