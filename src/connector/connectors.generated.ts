// Written by bin/connectors-index.js; run it after adding or removing a connector.
import { manifest as appstore } from '../../connectors/appstore/manifest.ts'
import { manifest as bluesky } from '../../connectors/bluesky/manifest.ts'
import { manifest as demo } from '../../connectors/demo/manifest.ts'
import { manifest as file } from '../../connectors/file/manifest.ts'
import { manifest as hackernews } from '../../connectors/hackernews/manifest.ts'
import { manifest as mastodon } from '../../connectors/mastodon/manifest.ts'
import { manifest as rss } from '../../connectors/rss/manifest.ts'
import { manifest as steam } from '../../connectors/steam/manifest.ts'
import { manifest as webhook } from '../../connectors/webhook/manifest.ts'
import { manifest as x } from '../../connectors/x/manifest.ts'
import type { ConnectorEntry } from './registry.ts'

export const connectorIndex: readonly ConnectorEntry[] = [
  { id: 'appstore', manifest: appstore, load: () => import('../../connectors/appstore/index.ts') },
  { id: 'bluesky', manifest: bluesky, load: () => import('../../connectors/bluesky/index.ts') },
  { id: 'demo', manifest: demo, load: () => import('../../connectors/demo/index.ts') },
  { id: 'file', manifest: file, load: () => import('../../connectors/file/index.ts') },
  { id: 'hackernews', manifest: hackernews, load: () => import('../../connectors/hackernews/index.ts') },
  { id: 'mastodon', manifest: mastodon, load: () => import('../../connectors/mastodon/index.ts') },
  { id: 'rss', manifest: rss, load: () => import('../../connectors/rss/index.ts') },
  { id: 'steam', manifest: steam, load: () => import('../../connectors/steam/index.ts') },
  { id: 'webhook', manifest: webhook, load: () => import('../../connectors/webhook/index.ts') },
  { id: 'x', manifest: x, load: () => import('../../connectors/x/index.ts') },
]
