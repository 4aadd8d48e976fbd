import { readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createHash } from 'node:crypto'
import { getMimeType } from 'hono/utils/mime'
import type { Ctx } from './web.ts'

interface Asset {
  body: Uint8Array<ArrayBuffer>
  etag: string
  at: number
}
const kept = new Map<string, Asset>()

/**
 * The built browser files: read once, looked at again when they change. A name that carries a hash of its content never
 * changes; the others are asked about every time and answered 304.
 */
export async function showAsset(c: Ctx): Promise<Response> {
  const folder = c.get('web').config.assetsFolder
  const name = basename(c.req.param('name') ?? '')
  const asset = folder ? await load(join(folder, name)) : undefined
  if (!asset) return c.notFound()
  const hashed = /-[A-Z0-9]{8}\.\w+$/.test(name)
  c.header('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  c.header('ETag', asset.etag)
  // Compression makes the tag a weak one on its way out.
  if (c.req.header('If-None-Match')?.replace(/^W\//, '') === asset.etag) return c.body(null, 304)
  return c.body(asset.body, 200, { 'Content-Type': getMimeType(name) ?? 'application/octet-stream' })
}

async function load(file: string): Promise<Asset | undefined> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) return undefined
  const before = kept.get(file)
  if (before?.at === found.mtimeMs) return before
  const body = new Uint8Array(await readFile(file))
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const asset = { body, etag, at: found.mtimeMs }
  kept.set(file, asset)
  return asset
}
