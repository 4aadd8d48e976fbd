import { readFileSync } from 'node:fs'
import { z } from 'zod'

const flag = z.enum(['1', '0', 'true', 'false', 'yes', 'no']).transform((value) => ['1', 'true', 'yes'].includes(value))

/** Every setting of the environment. `secret` ones also come from a file named by KEY_FILE. */
export const configSchema = z.object({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(3000)
    .meta({ title: 'Port', help: 'TCP port of the web pages; 0 takes a free one.' }),
  HOST: z.string().default('127.0.0.1').meta({
    title: 'Address',
    help: 'Address to listen on. Beyond loopback the first visit needs the token printed at start.',
  }),
  EARSHOT_DATA: z
    .string()
    .default('data')
    .meta({ title: 'Data folder', help: 'What this installation writes: database, generated secret, backups.' }),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional()
    .meta({
      title: 'PostgreSQL',
      help: 'postgres://user:password@host/name. Absent: SQLite in the data folder.',
      secret: true,
    }),
  EARSHOT_ROLES: z
    .enum(['all', 'web', 'worker'])
    .default('all')
    .meta({ title: 'Roles', help: 'What this process does. Several processes need PostgreSQL.' }),
  EARSHOT_SECRET: z.string().min(16, 'needs at least 16 characters').optional().meta({
    title: 'Master secret',
    help: 'Encrypts stored credentials. Absent: generated once and kept in the data folder.',
    secret: true,
  }),
  EARSHOT_BASE_URL: z.url().optional().meta({
    title: 'Public address',
    help: 'How browsers reach this installation, for links and cookies; https makes cookies Secure.',
  }),
  EARSHOT_ALLOW_PRIVATE: z.string().default('').meta({
    title: 'Private addresses',
    help: 'Hosts in private networks that sources may reach, separated by commas; * allows all.',
  }),
  EARSHOT_CONNECTORS: z.string().default('').meta({
    title: 'More connectors',
    help: 'npm packages with connectors of others, separated by commas. Their code runs with all rights.',
  }),
  EARSHOT_LOG: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta({ title: 'Log level', help: 'Least severe event that is written to standard error.' }),
  EARSHOT_TRUST_PROXY: flag.default(false).meta({
    title: 'Trust proxy',
    help: 'Read the client address from X-Forwarded-For. Only behind a proxy that sets it.',
  }),
})
export type Config = z.infer<typeof configSchema>

/** Reads the environment, or throws one Error that lists every problem with its setting and the remedy. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []
  const values: Record<string, string> = {}
  for (const [key, schema] of Object.entries(configSchema.shape)) {
    const value = valueOf(key, schema, env, problems)
    if (value !== undefined && value !== '') values[key] = value
  }
  const parsed = configSchema.safeParse(values)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${issue.path.join('.')}: ${issue.message}`)
  } else if (parsed.data.EARSHOT_ROLES !== 'all' && !parsed.data.DATABASE_URL) {
    problems.push(
      `EARSHOT_ROLES=${parsed.data.EARSHOT_ROLES} needs PostgreSQL: set DATABASE_URL, or leave EARSHOT_ROLES at "all"`,
    )
  }
  if (!parsed.success || problems.length > 0) {
    throw new Error(
      `The configuration cannot be used. Nothing was started.\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    )
  }
  return parsed.data
}

function valueOf(
  key: string,
  schema: z.ZodType,
  env: Record<string, string | undefined>,
  problems: string[],
): string | undefined {
  const file = env[`${key}_FILE`]
  if (!schema.meta()?.['secret'] || !file) return env[key]
  if (env[key]) problems.push(`${key} and ${key}_FILE are both set: keep one`)
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    problems.push(`${key}_FILE: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`)
    return undefined
  }
}
