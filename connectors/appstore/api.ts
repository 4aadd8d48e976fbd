import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { decodeText } from '../../src/connector/decodeText.ts'
import { ConnectorError, isConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import { feedShapes, type Config, type FeedShape } from './config.ts'
import { entriesFromJson, entriesFromXml, type RawReview } from './entries.ts'

/** A browser's name gets empty feeds. */
const userAgent = 'iTunes/12.11 (Macintosh; OS X 10.15.7)'

export interface FeedPage {
  reviews: RawReview[]
  shape: FeedShape
}

/**
 * One page (1-10) of the newest reviews of a country. The feed is flaky, so an empty or broken answer is asked for in
 * the other spellings. Throws the last failure when none could be read; `rate_limited` at once.
 */
export async function readPage(
  host: Host<Config>,
  storefront: string,
  page: number,
  known: FeedShape | undefined,
): Promise<FeedPage> {
  const order = page > 1 && known ? [known] : [...new Set([known ?? 'xml', ...feedShapes])]
  let failure: unknown
  let empty: FeedPage | undefined
  for (const shape of order) {
    try {
      const reviews = await readShape(host, storefront, page, shape)
      if (reviews.length > 0) return { reviews, shape }
      empty ??= { reviews, shape }
    } catch (error) {
      if (isConnectorError(error) && error.kind === 'rate_limited') throw error
      host.signal.throwIfAborted()
      failure = error
    }
  }
  if (empty) return empty
  throw failure
}

async function readShape(host: Host<Config>, storefront: string, page: number, shape: FeedShape): Promise<RawReview[]> {
  const response = await host.fetch(feedUrl(host.config, storefront, page, shape), {
    headers: { 'user-agent': userAgent, accept: shape === 'json' ? 'application/json' : 'application/xml, text/xml' },
  })
  if (!response.ok)
    return failFromResponse(response, { what: `reading reviews (${storefront})`, forbidden: 'rejected' })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const text = decodeText(bytes, { contentType: response.headers.get('content-type') })
  try {
    const entries = shape === 'json' ? entriesFromJson(text) : entriesFromXml(text)
    // The app itself may be the first entry: it has no rating.
    return entries.filter(({ rating }) => rating !== undefined)
  } catch (cause) {
    throw new ConnectorError(
      'temporary',
      `Apple's review feed (${storefront}) gave an answer that cannot be read. It is asked again later.`,
      { cause },
    )
  }
}

function feedUrl({ baseUrl, appId }: Config, storefront: string, page: number, shape: FeedShape): URL {
  const path =
    shape === 'alternate'
      ? `/${storefront}/rss/customerreviews/id=${appId}/page=${page}/sortby=mostrecent/xml`
      : `/${storefront}/rss/customerreviews/page=${page}/id=${appId}/sortby=mostrecent/${shape}`
  return new URL(path, baseUrl)
}

const lookup = z.object({
  results: z.array(z.object({ trackName: z.string(), trackViewUrl: z.string().optional() })),
})

/** The app's name in a country; undefined when the country does not sell it. */
export async function readApp(
  host: Host<Config>,
  storefront: string,
): Promise<{ name: string; url?: string } | undefined> {
  const url = new URL('/lookup', host.config.baseUrl)
  url.search = new URLSearchParams({ id: host.config.appId, country: storefront, entity: 'software' }).toString()
  const response = await host.fetch(url, { headers: { 'user-agent': userAgent } })
  if (!response.ok) return failFromResponse(response, { what: 'looking up the app', forbidden: 'rejected' })
  const parsed = lookup.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success)
    throw new ConnectorError('temporary', 'Apple gave an answer that cannot be read. Try again later.', {
      cause: parsed.error,
    })
  const [app] = parsed.data.results
  return app && { name: app.trackName, ...(app.trackViewUrl && { url: app.trackViewUrl }) }
}
