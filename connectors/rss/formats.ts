import type { AnyFeed, AtomFeed, JsonFeed, MediaNs, RdfFeed, RssFeed, SyNs } from 'feedsmith'
import type { Feed, FeedEntry, Markup } from './entry.ts'

/** feedsmith mirrors each format; here the four shapes become one. */
export function toFeed(parsed: AnyFeed): Feed {
  switch (parsed.format) {
    case 'atom':
      return fromAtom(parsed.feed)
    case 'rss':
      return fromRss(parsed.feed)
    case 'rdf':
      return fromRdf(parsed.feed)
    case 'json':
      return fromJson(parsed.feed)
  }
}

function fromAtom(feed: AtomFeed.Feed<string>): Feed {
  return {
    format: 'atom',
    title: atomText(feed.title)?.value,
    link: alternate(feed.links),
    lang: feed.xml?.lang,
    intervalSeconds: syndicationSeconds(feed.sy),
    entries: (feed.entries ?? []).map((entry) => atomEntry(entry, feed)),
    broken: [],
  }
}

function atomEntry(entry: AtomFeed.Entry<string>, feed: AtomFeed.Feed<string>): FeedEntry {
  const author = entry.authors?.[0] ?? feed.authors?.[0]
  const enclosures = (entry.links ?? []).filter((link) => link.rel === 'enclosure' && link.href)
  return {
    id: entry.id,
    title: atomText(entry.title),
    link: alternate(entry.links) ?? entry.content?.src,
    body: atomText(entry.content) ?? atomText(entry.summary),
    author: { name: author?.name ?? author?.email ?? entry.dc?.creators?.[0], url: author?.uri },
    origin: entry.source && { name: entry.source.title?.value, url: alternate(entry.source.links) },
    published: entry.published ?? entry.dc?.dates?.[0] ?? entry.updated,
    updated: entry.updated,
    lang: entry.content?.xml?.lang ?? entry.xml?.lang ?? feed.xml?.lang,
    comments: entry.slash?.comments,
    media: [
      ...enclosures.map((link) => ({ url: link.href ?? '', type: link.type, alt: link.title })),
      ...mediaOf(entry.media),
    ],
    raw: entry,
  }
}

/** Atom says what its texts are: without a type they are plain. Old feeds hide
 * markup in base64; other types hold no text for people. */
function atomText(text: { value?: string; type?: string } | undefined): Markup | undefined {
  if (text?.value === undefined) return undefined
  const type = text.type?.trim().toLowerCase() ?? 'text'
  if (type === 'text' || type === 'text/plain') return { value: text.value, html: false }
  if (/^(x?html|text\/|application\/(xhtml\+)?xml)/.test(type)) return { value: text.value, html: true }
  if (type !== 'application/octet-stream') return undefined
  return { value: Buffer.from(text.value, 'base64').toString('utf8'), html: true }
}

function alternate(links: AtomFeed.Link<string>[] | undefined): string | undefined {
  const usable = (links ?? []).filter((link) => link.href)
  const pages = usable.filter((link) => link.rel === undefined || link.rel === 'alternate')
  return (pages.find((link) => !link.type || link.type.includes('html')) ?? pages[0])?.href
}

function fromRss(feed: RssFeed.Feed<string>): Feed {
  return {
    format: 'rss',
    title: feed.title,
    link: feed.link,
    lang: feed.language ?? feed.dc?.languages?.[0],
    intervalSeconds: Math.max((feed.ttl ?? 0) * 60, syndicationSeconds(feed.sy)),
    entries: (feed.items ?? []).map((item) => rssEntry(item, feed.language)),
    broken: [],
  }
}

function rssEntry(item: RssFeed.Item<string>, lang: string | undefined): FeedEntry {
  const guid = item.guid?.value
  const guidLink = item.guid?.isPermaLink !== false && /^https?:\/\//i.test(guid ?? '') ? guid : undefined
  const person = item.authors?.[0]
  return {
    id: guid ?? item.atom?.id,
    title: html(item.title ?? item.dc?.titles?.[0]),
    link: item.link ?? guidLink ?? alternate(item.atom?.links),
    body: html(item.content?.encoded ?? item.description ?? item.dc?.descriptions?.[0]),
    author: { name: item.dc?.creators?.[0] ?? person?.name ?? person?.email, url: person?.link },
    origin: item.source && { name: item.source.title, url: item.source.url },
    published: item.pubDate ?? item.dc?.dates?.[0] ?? item.atom?.published,
    updated: item.atom?.updated ?? item.dcterms?.modified?.[0],
    lang: item.dc?.languages?.[0] ?? lang,
    comments: item.slash?.comments,
    media: [
      ...(item.enclosures ?? []).map((enclosure) => ({ url: enclosure.url ?? '', type: enclosure.type })),
      ...mediaOf(item.media),
    ],
    raw: item,
  }
}

function fromRdf(feed: RdfFeed.Feed<string>): Feed {
  return {
    format: 'rdf',
    title: feed.title,
    link: feed.link,
    lang: feed.dc?.languages?.[0],
    intervalSeconds: syndicationSeconds(feed.sy),
    entries: (feed.items ?? []).map((item) => ({
      id: item.rdf?.about ?? item.dc?.identifiers?.[0],
      title: html(item.title ?? item.dc?.titles?.[0]),
      link: item.link ?? item.rdf?.about,
      body: html(item.content?.encoded ?? item.description ?? item.dc?.descriptions?.[0]),
      author: { name: item.dc?.creators?.[0] },
      published: item.dc?.dates?.[0],
      lang: item.dc?.languages?.[0] ?? feed.dc?.languages?.[0],
      comments: item.slash?.comments,
      media: mediaOf(item.media),
      raw: item,
    })),
    broken: [],
  }
}

function fromJson(feed: JsonFeed.Feed<string>): Feed {
  return {
    format: 'json',
    title: feed.title,
    link: feed.home_page_url,
    lang: feed.language,
    intervalSeconds: 0,
    entries: (feed.items ?? []).map((item) => {
      const author = item.authors?.[0] ?? feed.authors?.[0]
      const image = item.image ?? item.banner_image
      return {
        id: item.id,
        title: item.title === undefined ? undefined : { value: item.title, html: false },
        link: item.url ?? item.external_url,
        body: html(item.content_html) ?? plain(item.content_text ?? item.summary),
        author: { name: author?.name, url: author?.url },
        published: item.date_published ?? item.date_modified,
        updated: item.date_modified,
        lang: item.language ?? feed.language,
        media: [
          ...(image ? [{ url: image, type: 'image/*' }] : []),
          ...(item.attachments ?? []).map((file) => ({ url: file.url ?? '', type: file.mime_type, alt: file.title })),
        ],
        raw: item,
      }
    }),
    broken: [],
  }
}

function html(value: string | undefined): Markup | undefined {
  return value === undefined ? undefined : { value, html: true }
}

function plain(value: string | undefined): Markup | undefined {
  return value === undefined ? undefined : { value, html: false }
}

function mediaOf(media: MediaNs.ItemOrFeed | undefined): FeedEntry['media'] {
  const contents = [...(media?.contents ?? []), ...(media?.groups ?? []).flatMap((group) => group.contents ?? [])]
  return contents
    .filter((content) => content.url)
    .map((content) => ({
      url: content.url ?? '',
      type: content.type ?? (content.medium && `${content.medium}/*`),
      alt: content.title?.value,
    }))
}

const periods: Record<string, number> = {
  hourly: 3600,
  daily: 86_400,
  weekly: 604_800,
  monthly: 2_592_000,
  yearly: 31_536_000,
}

function syndicationSeconds(sy: SyNs.Feed<string> | undefined): number {
  const period = periods[sy?.updatePeriod?.trim().toLowerCase() ?? ''] ?? 0
  return period / Math.max(1, sy?.updateFrequency ?? 1)
}
