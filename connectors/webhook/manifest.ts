import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'webhook',
  name: 'Webhook',
  homepage: 'https://www.standardwebhooks.com',
  kind: 'ingest',
  quality: 'gold',
  summary: 'Zapier, n8n, Make or your own script sends mentions and reviews here, signed with a shared secret.',
  keyless: true,
  limits: [],
  interval: { default: 86_400, min: 3600 },
  policy: { identityLink: 'allowed', exportable: true },
}
