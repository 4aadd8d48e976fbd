import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { decodeText } from '../../src/connector/decodeText.ts'
import { ConnectorError, isConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import { feedShapes, type Config, type FeedShape } from './config.ts'
import { entriesFromJson, entriesFromXml, type RawReview } from './entries.ts'

/** A browser's name gets empty feeds. */
const userAgent = 'iTunes/12.11 (Macintosh; OS X 10.15.7)'

/**
 * One page (1-10) of the newest reviews of a country. The feed is flaky: an empty answer is asked for in the other
 * spellings of the address, an answer that cannot be used fails the run and lets the next one begin with another
 * spelling. The spelling that worked last is kept in the session.
 */
export async function readPage(host: Host<Config>, storefront: string, page: number): Promise<RawReview[]> {
  const known = await knownShape(host)
  const order = page > 1 ? [known] : [...new Set([known, ...feedShapes])]
  for (const shape of order) {
    const reviews = await readShape(host, storefront, page, shape).catch(async (error: unknown) => {
      const isWait = isConnectorError(error) && error.kind === 'rate_limited'
      if (!isWait && page === 1) await host.session.update(async () => ({ shape: after(shape) }))
      throw error
    })
    if (reviews.length === 0) continue
    if (shape !== known) await host.session.update(async () => ({ shape }))
    return reviews
  }
  return []
}

async function knownShape(host: Host<Config>): Promise<FeedShape> {
  const parsed = z.object({ shape: z.enum(feedShapes) }).safeParse(await host.session.get())
  return parsed.success ? parsed.data.shape : 'xml'
}

function after(shape: FeedShape): FeedShape {
  return feedShapes[(feedShapes.indexOf(shape) + 1) % feedShapes.length] ?? 'xml'
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
    return shape === 'json' ? entriesFromJson(text) : entriesFromXml(text)
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
