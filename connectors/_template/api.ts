import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { failFromResponse, readJson } from '../../src/connector/responses.ts'

/** The platform's HTTP, and nothing else: no shaping, no cursor. */

export const configSchema = z.object({
  token: z.string().min(1).meta({
    title: 'Access token',
    help: 'Create one at platform.example under Settings, Applications, with the rights read and write.',
    secret: true,
  }),
  baseUrl: z.url().default('https://platform.example').meta({
    title: 'Address of the platform',
    help: 'Change it only for a self-hosted server or a test.',
  }),
})
export type Config = z.infer<typeof configSchema>

/** One record, checked by itself: a bad one goes to quarantine and the page goes on. Unknown fields are ignored. */
export const postSchema = z.object({
  id: z.string(),
  text: z.string(),
  created_at: z.iso.datetime(),
  url: z.url().optional(),
  in_reply_to: z.string().nullish(),
  author: z.object({ id: z.string(), handle: z.string(), name: z.string().optional() }),
})
export type Post = z.infer<typeof postSchema>

const accountSchema = z.object({ id: z.string(), name: z.string() })
const listSchema = z.object({ posts: z.array(z.unknown()), next: z.string().nullish() })
const createdSchema = z.object({ id: z.string(), created_at: z.iso.datetime(), url: z.url().optional() })

export async function fetchAccount(host: Host<Config>) {
  const response = await host.fetch(address(host, '/api/me'), { headers: headers(host) })
  if (!response.ok) throw await failFromResponse(response, { what: 'checking the account' })
  return readJson(response, accountSchema, { what: 'checking the account' })
}

/** Posts after the id, oldest first. */
export async function fetchPosts(host: Host<Config>, after: string | null) {
  const url = address(host, '/api/posts')
  if (after !== null) url.searchParams.set('after', after)
  const response = await host.fetch(url, { headers: headers(host) })
  if (!response.ok) throw await failFromResponse(response, { what: 'reading posts' })
  return readJson(response, listSchema, { what: 'reading posts' })
}

export async function createReply(host: Host<Config>, parentId: string, text: string, key: string) {
  const response = await host.fetch(address(host, `/api/posts/${encodeURIComponent(parentId)}/replies`), {
    method: 'POST',
    headers: { ...headers(host), 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ text }),
  })
  if (!response.ok) throw await failFromResponse(response, { what: 'sending the reply', forbidden: 'rejected' })
  return readJson(response, createdSchema, { what: 'sending the reply' })
}

function address(host: Host<Config>, path: string): URL {
  return new URL(path, host.config.baseUrl)
}

function headers(host: Host<Config>) {
  return { authorization: `Bearer ${host.config.token}`, accept: 'application/json' }
}
