import type { Host } from '../../src/connector/contract.ts'
import { decodeText } from '../../src/connector/decodeText.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import type { Config, Cursor } from './config.ts'

export type FeedAnswer =
  | { changed: false; notBefore?: number }
  | {
      changed: true
      text: string
      /** Where the document came from in the end. */
      url: string
      /** Set when every redirect on the way was permanent. */
      movedTo?: string
      etag?: string
      lastModified?: string
      notBefore?: number
    }

const maxRedirects = 5
const accept =
  'application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5'

/** Reads the feed with the validators of the last reading. Throws ConnectorError: `gone` for 410, else as the status says. */
export async function readFeed(host: Host<Config>, cursor: Cursor): Promise<FeedAnswer> {
  let url = cursor.movedTo ?? host.config.url
  let permanent = true
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const response = await host.fetch(url, { headers: headersFor(cursor), redirect: 'manual', timeoutMs: 10_000 })
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null
    if (location === null) return readAnswer(host, response, { url, permanent, moved: url !== host.config.url })
    await response.body?.cancel()
    permanent &&= response.status === 301 || response.status === 308
    url = nextUrl(url, location)
  }
  throw new ConnectorError(
    'temporary',
    `${host.config.url} redirects more than ${maxRedirects} times. Check the address.`,
  )
}

function headersFor(cursor: Cursor): Record<string, string> {
  return {
    accept,
    ...(cursor.etag && { 'if-none-match': cursor.etag }),
    ...(cursor.lastModified && { 'if-modified-since': cursor.lastModified }),
  }
}

function nextUrl(from: string, location: string): string {
  if (!URL.canParse(location, from))
    throw new ConnectorError('temporary', `${from} redirects to an address that cannot be read.`)
  return new URL(location, from).href
}

async function readAnswer(
  host: Host<Config>,
  response: Response,
  { url, permanent, moved }: { url: string; permanent: boolean; moved: boolean },
): Promise<FeedAnswer> {
  const notBefore = cacheUntil(response, host.now())
  if (response.status === 304) return { changed: false, ...(notBefore && { notBefore }) }
  if (response.status === 410) {
    await response.body?.cancel()
    throw new ConnectorError('gone', `${url} says that this feed has ended (410). What was read so far is kept.`)
  }
  if (!response.ok) return failFromResponse(response, { what: 'reading the feed', forbidden: 'rejected' })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const etag = response.headers.get('etag')
  const lastModified = response.headers.get('last-modified')
  return {
    changed: true,
    text: decodeText(bytes, { contentType: response.headers.get('content-type') }),
    url,
    ...(moved && permanent && { movedTo: url }),
    ...(etag && { etag }),
    ...(lastModified && { lastModified }),
    ...(notBefore && { notBefore }),
  }
}

/** Cache-Control: max-age, at most a day: a publisher's mistake must not silence a source for a year. */
function cacheUntil(response: Response, now: number): number | undefined {
  const seconds = Number(/(?:^|[\s,])max-age=(\d+)/i.exec(response.headers.get('cache-control') ?? '')?.[1] ?? 0)
  return seconds > 0 ? now + Math.min(seconds, 86_400) * 1000 : undefined
}
