import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Ctx, Web } from './web.ts'

const maxBytes = 1_000_000
/** Pictures only, and none that may carry script (SVG). */
const imageTypes = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** The address of our own copy; undefined where pictures cannot be fetched. Signed: nobody else chooses what we ask for. */
export function avatarUrl(web: Web, url: string | null | undefined): string | undefined {
  if (!url || !web.fetchPublic || !/^https?:\/\//i.test(url)) return undefined
  return `/avatar/${sign(web, url)}/${Buffer.from(url).toString('base64url')}`
}

export async function showAvatar(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const url = Buffer.from(c.req.param('url') ?? '', 'base64url').toString()
  if (!web.fetchPublic || !isSigned(web, url, c.req.param('sig') ?? '')) return c.notFound()
  const image = await web.fetchPublic(url, { maxBytes, timeoutMs: 5000 }).catch(() => undefined)
  const type = image?.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (!image?.ok || !imageTypes.has(type)) return c.notFound()
  return c.body(await image.arrayBuffer(), 200, { 'Content-Type': type, 'Cache-Control': 'private, max-age=86400' })
}

function sign(web: Web, url: string): string {
  return createHmac('sha256', web.config.secret).update(`avatar ${url}`).digest('base64url').slice(0, 22)
}

function isSigned(web: Web, url: string, signature: string): boolean {
  const expected = Buffer.from(sign(web, url))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
