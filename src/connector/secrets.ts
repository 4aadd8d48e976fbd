import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/**
 * Secrets at rest: every value has a data key of its own (AES-256-GCM), wrapped by the master key (AES-256-GCM again).
 * The place (table, row, column) is authenticated with it, so that a sealed value copied to another row does not open.
 * The key id says which master key wrapped it: keys can be rotated while the program runs, and rotation rewraps the
 * data key only.
 */
export interface SecretPlace {
  table: string
  row: string
  column: string
}

export interface SecretBox {
  /** Text for the column: `v1.<key id>.<wrapped data key>.<value>`, base64url. */
  seal(plain: string, place: SecretPlace): string
  /** Throws SecretError when the key is unknown, the value was changed or belongs to another place. */
  open(sealed: string, place: SecretPlace): string
  /** The same value under the current master key; the value itself is not decrypted. */
  rewrap(sealed: string, place: SecretPlace): string
  /** False when `rewrap` has something to do. */
  isCurrent(sealed: string): boolean
}

/** `message` is for operators and names no secret. */
export class SecretError extends Error {
  readonly reason: 'unknown-key' | 'damaged'
  constructor(reason: 'unknown-key' | 'damaged', message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'SecretError'
    this.reason = reason
  }
}

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

/**
 * `masterKeys`: the texts of EARSHOT_SECRET or of the generated file, the current one first, retired ones after it.
 * Any text of at least 16 characters: a key is derived from it (HKDF-SHA256). Throws RangeError.
 */
export function createSecretBox(masterKeys: readonly [string, ...string[]]): SecretBox {
  const keys = masterKeys.map(deriveKey)
  const byId = new Map(keys.map((key) => [key.id, key]))
  const current = keys[0] as MasterKey
  const wrap = (dataKey: Buffer, place: SecretPlace) => encrypt(current.key, dataKey, aad(place, `key:${current.id}`))
  const unwrap = (parts: Sealed, place: SecretPlace) => {
    const master = byId.get(parts.keyId)
    if (!master)
      throw new SecretError('unknown-key', `A secret was sealed with the key ${parts.keyId}, which is not configured.`)
    return decrypt(master.key, parts.wrapped, aad(place, `key:${parts.keyId}`))
  }
  return {
    seal(plain, place) {
      const dataKey = randomBytes(32)
      const value = encrypt(dataKey, Buffer.from(plain), aad(place, 'value'))
      return join(current.id, wrap(dataKey, place), value)
    },
    open(sealed, place) {
      const parts = split(sealed)
      return decrypt(unwrap(parts, place), parts.value, aad(place, 'value')).toString()
    },
    rewrap(sealed, place) {
      const parts = split(sealed)
      return parts.keyId === current.id ? sealed : join(current.id, wrap(unwrap(parts, place), place), parts.value)
    },
    isCurrent: (sealed) => split(sealed).keyId === current.id,
  }
}

/** A new master key for the data folder. */
export function generateMasterKey(): string {
  return randomBytes(32).toString('base64url')
}

interface MasterKey {
  id: string
  key: Buffer
}

interface Sealed {
  keyId: string
  wrapped: Buffer
  value: Buffer
}

function deriveKey(secret: string): MasterKey {
  const text = secret.trim()
  if (text.length < 16) throw new RangeError('EARSHOT_SECRET must have at least 16 characters.')
  const key = Buffer.from(hkdfSync('sha256', text, '', 'earshot secret box v1', 32))
  return { id: createHash('sha256').update('id').update(key).digest('hex').slice(0, 8), key }
}

function encrypt(key: Buffer, plain: Buffer, context: Buffer): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(context)
  const body = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

function decrypt(key: Buffer, sealed: Buffer, context: Buffer): Buffer {
  try {
    const iv = sealed.subarray(0, ivBytes)
    const tag = sealed.subarray(ivBytes, ivBytes + tagBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      .setAAD(context)
      .setAuthTag(tag)
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
  } catch (cause) {
    throw new SecretError('damaged', 'A sealed secret was changed or belongs to another row.', { cause })
  }
}

/** JSON keeps the parts apart whatever characters they hold. */
function aad(place: SecretPlace, use: string): Buffer {
  return Buffer.from(JSON.stringify([version, use, place.table, place.row, place.column]))
}

function join(keyId: string, wrapped: Buffer, value: Buffer): string {
  return [version, keyId, wrapped.toString('base64url'), value.toString('base64url')].join('.')
}

function split(sealed: string): Sealed {
  const [found, keyId, wrapped, value, ...rest] = sealed.split('.')
  if (found !== version || !keyId || !wrapped || !value || rest.length > 0)
    throw new SecretError('damaged', 'This is not a sealed secret.')
  return { keyId, wrapped: Buffer.from(wrapped, 'base64url'), value: Buffer.from(value, 'base64url') }
}
