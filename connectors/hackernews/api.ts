import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import type { Config } from './config.ts'

export const hitsPerPage = 100

const answer = z.object({ hits: z.array(z.unknown()) })

export interface SearchWindow {
  /** Both inclusive, epoch seconds. */
  since: number
  until: number
  page: number
}

/** Hits of one page, newest first, unchecked. */
export async function searchByDate(host: Host<Config>, phrase: string, window: SearchWindow): Promise<unknown[]> {
  const url = new URL('/api/v1/search_by_date', host.config.baseUrl)
  url.search = new URLSearchParams({
    query: phrase,
    tags: '(story,comment)',
    numericFilters: `created_at_i>=${window.since},created_at_i<=${window.until}`,
    hitsPerPage: String(hitsPerPage),
    page: String(window.page),
    // Otherwise short brand names match typos, user names and the title of the story above every comment.
    typoTolerance: 'false',
    advancedSyntax: 'true',
    restrictSearchableAttributes: 'title,story_text,comment_text,url',
  }).toString()
  const parsed = answer.safeParse(await readJson(host, url, 'searching Hacker News'))
  if (!parsed.success) throw unreadable(url, parsed.error)
  return parsed.data.hits
}

const item = z.object({
  id: z.number(),
  type: z.string().optional(),
  by: z.string().optional(),
  time: z.number().optional(),
  text: z.string().optional(),
  title: z.string().optional(),
  url: z.string().optional(),
  parent: z.number().optional(),
  score: z.number().optional(),
  descendants: z.number().optional(),
  deleted: z.boolean().optional(),
  dead: z.boolean().optional(),
})
export type Item = z.infer<typeof item>

/** The item as it is now; undefined when the platform does not know the id (or not yet). */
export async function readItem(host: Host<Config>, id: string): Promise<Item | undefined> {
  const url = new URL(`/v0/item/${encodeURIComponent(id)}.json`, host.config.firebaseUrl)
  const body = await readJson(host, url, 'reading an item')
  if (body === null) return undefined
  const parsed = item.safeParse(body)
  if (!parsed.success) throw unreadable(url, parsed.error)
  return parsed.data
}

/** The story that a comment belongs to; Firebase knows only the direct parent. */
export async function readStoryId(host: Host<Config>, id: string): Promise<string | undefined> {
  const url = new URL(`/api/v1/items/${encodeURIComponent(id)}`, host.config.baseUrl)
  const response = await host.fetch(url)
  if (response.status === 404) {
    await response.body?.cancel()
    return undefined
  }
  if (!response.ok) return failFromResponse(response, { what: 'reading an item' })
  const parsed = z.object({ story_id: z.number().nullish() }).safeParse(await response.json().catch(() => undefined))
  return parsed.success && parsed.data.story_id ? String(parsed.data.story_id) : undefined
}

async function readJson(host: Host<Config>, url: URL, what: string): Promise<unknown> {
  const response = await host.fetch(url, { headers: { accept: 'application/json' } })
  if (!response.ok) return failFromResponse(response, { what })
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unreadable(url, cause)
  }
}

function unreadable(url: URL, cause: unknown): ConnectorError {
  return new ConnectorError('temporary', `${url.host} gave an answer that cannot be read. It is asked again later.`, {
    cause,
  })
}
