import type { Connector } from '../../src/connector/contract.ts'
import { describeConnector } from '../../src/connector/testkit/describe.ts'
import type { Config } from './config.ts'
import connector, { type Cursor } from './index.ts'

// The kit's reply suite breaks HTTP requests; this connector makes none. demo.test.ts keeps the promises of answering.
const { reply: _reply, findReply: _findReply, manifest, ...reading } = connector
const { reply: _limits, ...readingManifest } = manifest
const readOnly: Connector<Config, Cursor> = { ...reading, manifest: readingManifest }

for (const channel of ['social', 'forum', 'reviews', 'video']) {
  describeConnector({
    connector: readOnly,
    // A quiet moment: nobody writes in the ten seconds between the kit's two runs.
    now: Date.UTC(2026, 10, 1, 3, 30),
    account: `${channel}-7`,
    config: () => ({ channel, seed: 7, speed: 0, outages: true, answers: true }),
    tapes: [],
  })
}
