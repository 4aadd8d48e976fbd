import type { Change, Host, Page, PushedQuery } from '../../src/connector/contract.ts'
import { defineConnector } from '../../src/connector/define.ts'
import { hitsPerPage, readItem, readStoryId, searchByDate } from './api.ts'
import { config, cursor, start, wordsOf, type Config, type Cursor } from './config.ts'
import { manifest } from './manifest.ts'
import { readAgain } from './backfill.ts'
import { itemToMention, mapped, site } from './map.ts'

/** The search indexes with a delay and indexes again when points change: each run reads this much twice. Seconds. */
const overlap = 15 * 60
const firstWindow = 7 * 24 * 3600
/** Pages for one word in one run; beyond it a gap is reported. */
const maxPages = 50

export default defineConnector<Config, Cursor>({
  manifest,
  config,
  cursor,
  start,

  suggest(word) {
    return [
      {
        name: `Hacker News: ${word}`,
        why: 'Stories and comments that name it, from the last seven days on. Ready at once.',
        missing: [],
        config: { words: word },
      },
    ]
  },

  async check(host) {
    const words = wordsOf(host.config.words)
    const until = Math.floor(host.now() / 1000)
    await searchByDate(host, phraseOf(words[0] ?? ''), { since: until - overlap, until, page: 0 })
    return {
      account: words
        .map((word) => word.toLowerCase())
        .toSorted()
        .join(','),
      displayName: words.join(', '),
      url: site,
    }
  },

  poll(host, saved) {
    return walk(host, wordsOf(host.config.words).map(phraseOf), saved, undefined)
  },

  search(host, query: PushedQuery, saved) {
    return walk(host, [query.text], saved, query.since)
  },

  backfill(host, interval, saved) {
    return readAgain(host, wordsOf(host.config.words).map(phraseOf), interval, saved)
  },

  canReply(target) {
    return {
      ok: false,
      reason: 'Hacker News takes no answers from programs. Write it on the site; Earshot notes that it was answered.',
      openUrl: `${site}/reply?id=${encodeURIComponent(target.externalId)}`,
    }
  },

  async recheck(host, ids) {
    const changes: Change[] = []
    for (const { externalId } of ids) {
      const item = await readItem(host, externalId)
      if (item === undefined) continue
      if (item.deleted) {
        changes.push({ externalId, type: 'deleted' })
        continue
      }
      const isComment = item.type === 'comment'
      const storyId = isComment ? await readStoryId(host, externalId) : undefined
      // Without its story a comment would look like the start of a conversation: better no news than wrong news.
      if (isComment && !storyId) continue
      const current = itemToMention(item, storyId)
      if (current) changes.push({ externalId, type: 'edited', item: current })
    }
    return changes
  },
})

function phraseOf(word: string): string {
  return `"${word.replaceAll('"', ' ').trim()}"`
}

type Run = NonNullable<Cursor['run']>

/** Newest first down to the watermark minus the overlap. The watermark moves only when every word was walked to its end. */
async function* walk(
  host: Host<Config>,
  phrases: string[],
  saved: Cursor,
  since: number | undefined,
): AsyncGenerator<Page<Cursor>> {
  let run = saved.run ?? newRun(saved, Math.floor(host.now() / 1000), since)
  if (phrases.length === 0) return
  for (;;) {
    const phrase = phrases[run.word]
    if (phrase === undefined) return
    const hits = await searchByDate(host, phrase, run)
    const items = hits.flatMap((raw) => mapped(host, raw))
    const oldest = Math.min(...items.map(({ createdAt }) => createdAt / 1000), run.until)
    const ended = hits.length < hitsPerPage
    const capped = !ended && run.pages + 1 >= maxPages
    const gap = capped
      ? { from: run.since * 1000, to: oldest * 1000, reason: `More than ${maxPages} pages for ${phrase}` }
      : undefined
    const next = ended || capped ? nextWord(run) : nextPage(run, oldest)
    const finished = next.word >= phrases.length
    yield {
      items,
      cursor: finished ? { watermark: run.startedAt } : { watermark: saved.watermark, run: next },
      done: finished,
      ...(finished && { covered: { from: run.since * 1000, to: run.startedAt * 1000 } }),
      ...(gap && { gap }),
    }
    if (finished) return
    run = next
  }
}

function newRun(saved: Cursor, now: number, since: number | undefined): Run {
  const from = saved.watermark > 0 ? saved.watermark - overlap : now - firstWindow
  const floor = since === undefined ? from : Math.max(from, Math.floor(since / 1000))
  return { word: 0, since: floor, startedAt: now, until: now, page: 0, pages: 0 }
}

function nextWord(run: Run): Run {
  return { ...run, word: run.word + 1, until: run.startedAt, page: 0, pages: 0 }
}

/** Slides the window down instead of counting pages: the search shows at most about 1,000 hits for one window. */
function nextPage(run: Run, oldest: number): Run {
  const pages = run.pages + 1
  return oldest < run.until ? { ...run, until: oldest, page: 0, pages } : { ...run, page: run.page + 1, pages }
}
