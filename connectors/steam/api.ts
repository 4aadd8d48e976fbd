import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import type { Config } from './config.ts'

const answer = z.object({
  success: z.number(),
  cursor: z.string().nullish(),
  reviews: z.array(z.unknown()).nullish(),
})

export interface ReviewPage {
  reviews: unknown[]
  /** Opaque; undefined on the last page. */
  next?: string
}

/** One page of reviews by time of update, newest first. `page` is `*` or the `next` of the page before. */
export async function readReviews(host: Host<Config>, page: string): Promise<ReviewPage> {
  const url = new URL(`/appreviews/${host.config.appId}`, host.config.baseUrl)
  // The defaults hide reviews: keys bought elsewhere, off-topic periods, other languages.
  url.search = new URLSearchParams({
    json: '1',
    filter: 'updated',
    language: 'all',
    purchase_type: 'all',
    review_type: 'all',
    filter_offtopic_activity: '0',
    num_per_page: '100',
    cursor: page,
  }).toString()
  const body = await readJson(host, url, 'reading reviews')
  const parsed = answer.safeParse(body)
  if (!parsed.success || parsed.data.success !== 1)
    throw new ConnectorError('temporary', 'Steam gave an answer without reviews. It is asked again later.', {
      cause: parsed.error,
    })
  const { cursor, reviews } = parsed.data
  return { reviews: reviews ?? [], ...(cursor && cursor !== page && { next: cursor }) }
}

const details = z.record(
  z.string(),
  z.object({ success: z.boolean(), data: z.object({ name: z.string() }).optional() }),
)

/** The name of the game; undefined when the store shows none (not released, region). */
export async function readName(host: Host<Config>): Promise<string | undefined> {
  const url = new URL('/api/appdetails', host.config.baseUrl)
  url.search = new URLSearchParams({ appids: host.config.appId, filters: 'basic' }).toString()
  const response = await host.fetch(url)
  if (!response.ok) {
    await response.body?.cancel()
    return undefined
  }
  const parsed = details.safeParse(await response.json().catch(() => undefined))
  return parsed.success ? parsed.data[host.config.appId]?.data?.name : undefined
}

async function readJson(host: Host<Config>, url: URL, what: string): Promise<unknown> {
  const response = await host.fetch(url, { headers: { accept: 'application/json' } })
  if (!response.ok) return failFromResponse(response, { what, forbidden: 'rejected' })
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConnectorError('temporary', 'Steam gave an answer that cannot be read. It is asked again later.', {
      cause,
    })
  }
}
