import { hash, verify } from '@node-rs/argon2'

/** argon2id with the parameters of OWASP's first recommendation: 19 MiB, two passes. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const shortestPassword = 10
/** Longer ones only make us work. */
export const longestPassword = 256

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), parameters)
}

let decoy: Promise<string> | undefined

/** Takes the same time whether or not there is a hash to compare with. */
export async function checkPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', parameters)
  const matches = await verify(stored ?? (await decoy), password.slice(0, longestPassword).normalize('NFKC'))
  return matches && typeof stored === 'string'
}
