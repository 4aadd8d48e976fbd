import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Host } from '../../src/connector/contract.ts'
import { ConnectorError } from '../../src/connector/errors.ts'
import { call, explain, readBody, XrpcError } from './xrpc.ts'
import { type Config, defaultService } from './config.ts'

const session = z.object({
  /** Digest of what was signed in with: changed settings sign in again. */
  from: z.string(),
  did: z.string(),
  handle: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
  /** The server that holds the account. */
  pds: z.string(),
})
export type Session = z.infer<typeof session>

/** The kept session, or a new one. Signing in is limited to 300 a day, so it happens once and lives in host.session. */
export async function openSession(host: Host<Config>): Promise<Session> {
  const kept = readSession(host, await host.session.get())
  if (kept) return kept
  return changeSession(host, async (current) => readSession(host, current) ?? signIn(host))
}

/** Replaces a session whose access token the server refused. Serialised, so that two calls refresh once. */
export async function renewSession(host: Host<Config>, refused: Session): Promise<Session> {
  return changeSession(host, async (current) => {
    const now = readSession(host, current)
    if (!now) return signIn(host)
    if (now.accessJwt !== refused.accessJwt) return now
    return (await refresh(host, now)) ?? signIn(host)
  })
}

async function changeSession(host: Host<Config>, change: (current: unknown) => Promise<Session>): Promise<Session> {
  return session.parse(await host.session.update(change))
}

function readSession(host: Host<Config>, kept: unknown): Session | undefined {
  const parsed = session.safeParse(kept)
  return parsed.success && parsed.data.from === fingerprint(host.config) ? parsed.data : undefined
}

function fingerprint(config: Config): string {
  const parts = [config.baseUrl, config.identifier, config.appPassword]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

const answer = z.object({
  did: z.string(),
  handle: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
  didDoc: z.unknown().optional(),
})

async function signIn(host: Host<Config>): Promise<Session> {
  const { identifier, appPassword, baseUrl } = host.config
  const body = { identifier: identifier.replace(/^@/, ''), password: appPassword }
  try {
    const response = await call(host, baseUrl, 'com.atproto.server.createSession', { body })
    const signedIn = await readBody(response, answer)
    return fromAnswer(host.config, signedIn, pdsOf(host.config, signedIn.didDoc))
  } catch (error) {
    throw error instanceof XrpcError ? refusedSignIn(error) : error
  }
}

function refusedSignIn(error: XrpcError): ConnectorError {
  if (error.error === 'AuthFactorTokenRequired')
    return new ConnectorError(
      'auth',
      'Bluesky asks for a sign-in code. Use an app password (Settings, App passwords), not the password of the account.',
      { cause: error },
    )
  if (error.status === 400 || error.status === 401 || error.status === 403)
    return new ConnectorError(
      'auth',
      `Bluesky refused the sign-in: ${error.message}. Check the handle and make a new app password.`,
      {
        cause: error,
      },
    )
  return explain(error, { notSent: true })
}

/** Undefined when the refresh token is spent too: then only signing in helps. */
async function refresh(host: Host<Config>, old: Session): Promise<Session | undefined> {
  try {
    const response = await call(host, old.pds, 'com.atproto.server.refreshSession', { body: '', token: old.refreshJwt })
    return fromAnswer(host.config, await readBody(response, answer), old.pds)
  } catch (error) {
    if (!(error instanceof XrpcError)) throw error
    if (error.status === 400 || error.status === 401) return undefined
    throw explain(error, { notSent: true })
  }
}

function fromAnswer(
  config: Config,
  { did, handle, accessJwt, refreshJwt }: z.infer<typeof answer>,
  pds: string,
): Session {
  return { from: fingerprint(config), did, handle, accessJwt, refreshJwt, pds }
}

const didDocument = z.object({
  service: z.array(z.object({ id: z.string(), type: z.string(), serviceEndpoint: z.string() })),
})

/**
 * Behind the default entryway the account lives on another server, named in its document. A configured server is used
 * as it is: following a document would leave the address that the person has chosen.
 */
function pdsOf(config: Config, document: unknown): string {
  if (config.baseUrl.replace(/\/$/, '') !== defaultService) return config.baseUrl
  const parsed = didDocument.safeParse(document)
  const service = parsed.data?.service.find((entry) => entry.id.endsWith('#atproto_pds'))
  return service?.serviceEndpoint ?? config.baseUrl
}
