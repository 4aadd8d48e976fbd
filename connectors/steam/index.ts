import type { Host, IncomingMention, Page } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { readName, readReviews } from './api.ts'
import { config, cursor, start, type Config, type Cursor } from './config.ts'
import { manifest } from './manifest.ts'
import { toMention } from './map.ts'

const day = 86_400
/** The order is by time of update, to the second, and caches lag: read this much twice. Seconds. */
const overlap = day
/** It is not known whether a developer's answer moves a review up: once a day look this far back. Seconds. */
const rescanWindow = 14 * day
/** A first poll reads at least this many pages of 100, so that a quiet game is not empty. */
const firstPages = 2
const maxPages = 50

export default defineConnector<Config, Cursor>({
  manifest,
  config,
  cursor,
  start,

  suggest(word) {
    return [
      {
        name: `Steam reviews of ${word}`,
        why: 'If it is a game on Steam. Paste the address of its store page.',
        missing: ['appId'],
        config: {},
      },
    ]
  },

  async check(host) {
    const { appId } = host.config
    await readReviews(host, '*')
    const name = await readName(host)
    return {
      account: appId,
      displayName: name ?? `Steam app ${appId}`,
      url: `https://store.steampowered.com/app/${appId}`,
    }
  },

  async *poll(host, saved) {
    let run = saved.run ?? newRun(saved, Math.floor(host.now() / 1000))
    for (;;) {
      const page = await readReviews(host, run.page)
      const items = page.reviews.flatMap((raw) => mapped(host, raw))
      const updates = items.map(updatedAt)
      const oldest = Math.min(...updates, Number.POSITIVE_INFINITY)
      const newest = Math.max(run.newest, ...updates)
      const pages = run.pages + 1
      const first = saved.watermark === 0
      const reached = oldest < run.since && (!first || pages >= firstPages)
      const ended = page.reviews.length === 0 || page.next === undefined || reached
      const capped = !ended && pages >= maxPages
      if (ended || capped) {
        yield lastPage(saved, { ...run, newest }, items, capped ? oldest : undefined)
        return
      }
      run = { ...run, newest, pages, page: page.next ?? '*' }
      yield { items, cursor: { ...saved, run }, done: false }
    }
  },

  canReply(target) {
    return {
      ok: false,
      reason: 'Steam has no way to answer reviews from a program. Open the review as the developer and answer there.',
      openUrl: target.url ?? 'https://store.steampowered.com',
    }
  },
})

type Run = NonNullable<Cursor['run']>

function newRun(saved: Cursor, now: number): Run {
  const rescan = now - saved.rescannedAt >= day
  const floor = saved.watermark === 0 ? now - 7 * day : saved.watermark - overlap
  const since = rescan && saved.watermark > 0 ? Math.min(floor, now - rescanWindow) : floor
  return { startedAt: now, since, rescan, newest: saved.watermark, page: '*', pages: 0 }
}

/** Only here the watermark moves: a run that breaks off is taken up at its page. */
function lastPage(saved: Cursor, run: Run, items: IncomingMention[], cappedAt: number | undefined): Page<Cursor> {
  return {
    items,
    cursor: { watermark: run.newest, rescannedAt: run.rescan ? run.startedAt : saved.rescannedAt },
    done: true,
    covered: { from: (cappedAt ?? run.since) * 1000, to: run.startedAt * 1000 },
    ...(cappedAt !== undefined &&
      run.since < cappedAt && {
        gap: {
          from: run.since * 1000,
          to: cappedAt * 1000,
          reason: `More than ${maxPages} pages of reviews since the last poll.`,
        },
      }),
  }
}

function updatedAt(item: IncomingMention): number {
  return (item.editedAt ?? item.createdAt) / 1000
}

function mapped(host: Host<Config>, raw: unknown): IncomingMention[] {
  try {
    return [toMention(raw, host.config.appId)]
  } catch (error) {
    host.quarantine(raw, error)
    return []
  }
}
