import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Host } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { failFromResponse } from '../../src/connector/responses.ts'
import type { Config } from './config.ts'

const kept = z.object({
  /** Digest of the credentials that the rest belongs to. */
  from: z.string(),
  me: z.object({ id: z.string(), username: z.string(), name: z.string() }).optional(),
  tokens: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }).optional(),
})
type Kept = z.infer<typeof kept>
export type Me = NonNullable<Kept['me']>

/** Our own account, asked for once: reading users is charged. */
export async function readMe(host: Host<Config>, load: () => Promise<Me>): Promise<Me> {
  const known = read(host, await host.session.get()).me
  if (known) return known
  const me = await load()
  await host.session.update(async (current) => ({ ...read(host, current), me }))
  return me
}

/** An access token that is good for another minute. */
export async function accessToken(host: Host<Config>): Promise<string> {
  const { tokens } = read(host, await host.session.get())
  if (tokens && tokens.expiresAt > host.now() + 60_000) return tokens.accessToken
  return renewToken(host, tokens?.accessToken)
}

/** A refresh token is good for one use, and its successor is kept in the same step: two renewals at once lock the account out. */
export async function renewToken(host: Host<Config>, refused: string | undefined): Promise<string> {
  const changed = await host.session.update(async (current) => {
    const now = read(host, current)
    if (now.tokens && now.tokens.accessToken !== refused) return now
    return { ...now, tokens: await refresh(host, now.tokens?.refreshToken ?? host.config.refreshToken) }
  })
  const { tokens } = kept.parse(changed)
  if (!tokens) throw new ConnectorError('auth', 'X gave no access token. Connect this source again.')
  return tokens.accessToken
}

const granted = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number().default(7200),
})

/** Not the client's own method: that one posts JSON, and X documents a form. */
async function refresh(host: Host<Config>, refreshToken: string): Promise<NonNullable<Kept['tokens']>> {
  const { clientId, clientSecret, baseUrl } = host.config
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')
  const response = await host.fetch(new URL('/2/oauth2/token', baseUrl), {
    method: 'POST',
    headers: { accept: 'application/json', ...(clientSecret ? { authorization: `Basic ${basic}` } : {}) },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }),
  })
  if (response.status === 400 || response.status === 401)
    throw new ConnectorError(
      'auth',
      'X does not accept the refresh token: it was used elsewhere or revoked. Connect this source again.',
    )
  if (!response.ok) throw await failFromResponse(response, { what: 'renewing the access to X' })
  const parsed = granted.safeParse(await response.json().catch(() => undefined))
  if (!parsed.success)
    throw new ConnectorError('temporary', 'X answered the renewal of the access in an unknown form.', {
      cause: parsed.error,
    })
  const { access_token, refresh_token, expires_in } = parsed.data
  return {
    accessToken: access_token,
    refreshToken: refresh_token ?? refreshToken,
    expiresAt: host.now() + expires_in * 1000,
  }
}

function read(host: Host<Config>, current: unknown): Kept {
  const from = fingerprint(host.config)
  const parsed = kept.safeParse(current)
  return parsed.success && parsed.data.from === from ? parsed.data : { from }
}

function fingerprint(config: Config): string {
  const { baseUrl, apiKey, accessToken, accessSecret, clientId, refreshToken, appBearer, username } = config
  const parts = [baseUrl, apiKey, accessToken, accessSecret, clientId, refreshToken, appBearer, username]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
