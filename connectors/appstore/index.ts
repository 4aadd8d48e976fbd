import type { Host, IncomingMention, Page } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { readApp, readPage } from './api.ts'
import { config, cursor, start, storefrontsOf, type Config, type Cursor, type Storefront } from './config.ts'
import type { RawReview } from './entries.ts'
import { manifest } from './manifest.ts'
import { toMention } from './map.ts'

const day = 86_400_000
/** Servers behind the feed disagree for hours: read this much twice. */
const overlap = day
/** Apple serves ten pages of fifty. */
const lastPage = 10
const unknown: Storefront = { watermark: 0, held: 0, fullAt: 0 }

export default defineConnector<Config, Cursor>({
  manifest,
  config,
  cursor,
  start,

  suggest(word) {
    return [
      {
        name: `App Store reviews of ${word}`,
        why: 'If it is an app for iPhone or Mac. Paste the address of its App Store page.',
        missing: ['appId'],
        config: { storefronts: 'us' },
      },
    ]
  },

  async check(host) {
    const codes = storefrontsOf(host.config.storefronts)
    for (const code of codes) {
      const app = await readApp(host, code)
      if (app) return { account: host.config.appId, displayName: app.name, ...(app.url && { url: app.url }) }
    }
    throw new ConnectorError(
      'rejected',
      `The App Store knows no app ${host.config.appId} in ${codes.join(', ')}. Check the number and the countries.`,
    )
  },

  async *poll(host, saved) {
    const codes = storefrontsOf(host.config.storefronts)
    let state = saved
    for (;;) {
      const run = state.run ?? newRun(0, host.now())
      const code = codes[run.index]
      if (code === undefined) return
      const page = await readOne(host, state, run, code, codes.length)
      yield page
      state = page.cursor
      if (page.done !== false) return
    }
  },

  canReply(target) {
    const appId = String(target.data['appId'] ?? '')
    return {
      ok: false,
      reason: 'The public feed can only be read. Answer in App Store Connect.',
      openUrl: `https://appstoreconnect.apple.com/apps/${encodeURIComponent(appId)}/distribution/activity/ios/ratingsResponses`,
    }
  },
})

type Run = NonNullable<Cursor['run']>

function newRun(index: number, startedAt: number): Run {
  return { index, page: 1, startedAt, newest: 0, found: 0, oldest: startedAt }
}

async function readOne(
  host: Host<Config>,
  state: Cursor,
  run: Run,
  code: string,
  storefronts: number,
): Promise<Page<Cursor>> {
  const known = state.storefronts[code] ?? unknown
  const reviews = await readPage(host, code, run.page)
  const items = reviews.flatMap((raw) => mapped(host, raw, code))
  const times = items.map(({ createdAt }) => createdAt)
  const progress: Run = {
    ...run,
    newest: Math.max(run.newest, ...times),
    oldest: Math.min(run.oldest, ...times),
    found: run.found + reviews.length,
  }
  const full = run.startedAt - known.fullAt >= day
  const reached = !full && progress.oldest < known.watermark - overlap
  const ended = reviews.length === 0 || run.page >= lastPage || reached
  if (!ended)
    return { items, cursor: { storefronts: state.storefronts, run: { ...progress, page: run.page + 1 } }, done: false }
  const isLast = run.index + 1 >= storefronts
  const degraded = progress.found === 0 && known.held > 0
  const next: Cursor = {
    storefronts: { ...state.storefronts, [code]: degraded ? known : settled(known, progress, full) },
    ...(!isLast && { run: newRun(run.index + 1, run.startedAt) }),
  }
  const gap = reached || degraded ? undefined : gapOf(known, progress, run.page >= lastPage, code)
  return {
    items,
    cursor: next,
    done: isLast,
    ...(!degraded && { covered: { from: reached ? known.watermark : progress.oldest, to: run.startedAt } }),
    ...(gap && { gap }),
    ...(degraded && {
      warnings: [
        `Apple's feed for ${code} came back empty although reviews were read before. Nothing was deleted; it is asked again.`,
      ],
    }),
  }
}

function settled(known: Storefront, run: Run, full: boolean): Storefront {
  return {
    ...known,
    watermark: Math.max(known.watermark, run.newest),
    held: Math.max(known.held, run.found),
    fullAt: full ? run.startedAt : known.fullAt,
  }
}

/** Ten pages were read and their oldest review is newer than what we knew: some in between were never shown. */
function gapOf(known: Storefront, run: Run, pagesSpent: boolean, code: string): Page<Cursor>['gap'] {
  if (!pagesSpent || known.watermark === 0 || run.oldest <= known.watermark) return undefined
  return { from: known.watermark, to: run.oldest, reason: `Apple shows only the newest 500 reviews of ${code}.` }
}

function mapped(host: Host<Config>, raw: RawReview, code: string): IncomingMention[] {
  try {
    return [toMention(raw, host.config.appId, code)]
  } catch (error) {
    host.quarantine(raw, error)
    return []
  }
}
