// The product's own Host for one source, in memory: real HTTP through the real egress, a real clock, nothing kept.
import { createHost as createRealHost } from '../../src/connector/host.ts'
import { createMemoryRateStore } from '../../src/connector/rateStore.ts'
import { createMemorySessionStore } from '../../src/connector/sessionStore.ts'
import { createEgress } from '../../src/egress/egress.ts'

const egress = createEgress({ allowPrivate: true, userAgent: 'earshot-peer-tests' })

/** `signal`, `pace` and `filter` are for streams. `change` may replace the URL of a request. `calls` are the methods that were called. */
export function createHost(connector, config, { change = (url) => url, signal, pace, filter } = {}) {
  const calls = []
  const quarantined = []
  const host = createRealHost({
    connector,
    source: { id: 'peer', config },
    egress,
    rateStore: createMemoryRateStore(),
    sessionStore: createMemorySessionStore(),
    clock: { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    log: { info() {}, warn() {} },
    newId: () => crypto.randomUUID(),
    signal: signal ?? new AbortController().signal,
    ...(pace && { pace }),
    ...(filter && { filter: async () => filter }),
    onQuarantine: (record) => quarantined.push(record),
  })
  function fetch(url, init) {
    calls.push(new URL(url).pathname.replace('/xrpc/', ''))
    return host.fetch(change(new URL(url)), init)
  }
  return { ...host, fetch, calls, quarantined }
}

/** Everything one run yields, as the worker would keep it. */
export async function readAll(pages) {
  const items = []
  let cursor
  const warnings = []
  for await (const page of pages) {
    items.push(...page.items)
    cursor = page.cursor
    warnings.push(...(page.warnings ?? []))
  }
  return { items, cursor, warnings }
}
