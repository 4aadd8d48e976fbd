export interface Facet {
  /** UTF-8 bytes, end exclusive. */
  index: { byteStart: number; byteEnd: number }
  features: ({ $type: string } & Record<string, string>)[]
}

/**
 * Marks links, mentions and tags, as `app.bsky.richtext.facet` wants it: offsets in UTF-8 bytes. A handle that
 * `resolveHandle` does not know stays plain text.
 */
export async function findFacets(
  text: string,
  resolveHandle: (handle: string) => Promise<string | undefined>,
): Promise<Facet[]> {
  const facets: Facet[] = []
  for (const { start, end, url, handle, tag } of findSpans(text)) {
    const did = handle === undefined ? undefined : await resolveHandle(handle)
    const feature =
      url !== undefined ? link(url) : tag !== undefined ? hashtag(tag) : did === undefined ? undefined : mention(did)
    if (!feature) continue
    const byteStart = bytes(text.slice(0, start))
    facets.push({ index: { byteStart, byteEnd: byteStart + bytes(text.slice(start, end)) }, features: [feature] })
  }
  return facets
}

interface Span {
  start: number
  end: number
  url?: string
  handle?: string
  tag?: string
}

function findSpans(text: string): Span[] {
  const spans = [...findLinks(text), ...findHandles(text), ...findTags(text)].toSorted((a, b) => a.start - b.start)
  // A tag inside a link (`…/#top`) is part of the link.
  return spans.filter((span, at) => spans.slice(0, at).every((earlier) => earlier.end <= span.start))
}

function findLinks(text: string): Span[] {
  return [...text.matchAll(/(?<![\w@])https?:\/\/[^\s<>"]+/giu)].flatMap((match) => {
    const url = trimLink(match[0])
    return URL.canParse(url) ? [{ start: match.index, end: match.index + url.length, url }] : []
  })
}

/** Punctuation at the end belongs to the sentence; so does a bracket that was opened before the link. */
function trimLink(link: string): string {
  const trimmed = link.replace(/[.,;:!?'"»”’]+$/u, '')
  return trimmed.endsWith(')') && !trimmed.includes('(') ? trimLink(trimmed.slice(0, -1)) : trimmed
}

function findHandles(text: string): Span[] {
  const handle =
    /(?<![\w@./])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)(?![\w@])/giu
  return [...text.matchAll(handle)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    handle: (match[1] ?? '').toLowerCase(),
  }))
}

function findTags(text: string): Span[] {
  return [...text.matchAll(/(?<=^|\s)[#＃]((?!\uFE0F)[^\s\u00AD\u2060\u200A-\u200D#]+)/gu)].flatMap((match) => {
    const tag = (match[1] ?? '').replace(/\p{P}+$/u, '')
    if (tag === '' || /^\d+$/.test(tag) || tag.length > 64) return []
    return [{ start: match.index, end: match.index + 1 + tag.length, tag }]
  })
}

function link(uri: string) {
  return { $type: 'app.bsky.richtext.facet#link', uri }
}

function mention(did: string) {
  return { $type: 'app.bsky.richtext.facet#mention', did }
}

function hashtag(tag: string) {
  return { $type: 'app.bsky.richtext.facet#tag', tag }
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}
