import type { Manifest } from '../../src/connector/contract.ts'

export const manifest: Manifest = {
  id: 'file',
  name: 'File (CSV, JSON lines)',
  homepage: 'https://www.rfc-editor.org/rfc/rfc4180',
  kind: 'ingest',
  quality: 'gold',
  summary:
    'Mentions and reviews from an export: upload a CSV or JSON lines file, also the review files of Google Play.',
  keyless: true,
  limits: [],
  interval: { default: 86_400, min: 3600 },
  policy: { identityLink: 'allowed', exportable: true },
}
