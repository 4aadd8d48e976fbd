import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Runtime } from '../runtime.ts'
import { appendAudit } from '../store/audit.ts'
import { roles, type Role } from '../store/tables/people.ts'
import {
  countUsers,
  findUserByEmail,
  insertOwner,
  insertUser,
  listUsers,
  normaliseEmail,
  type NewUser,
} from '../store/users.ts'
import { commandAct, printRows, UsageError, withRuntime, withUsage } from './command.ts'
import { signInPath } from './oneTimeToken.ts'

const usage = `user add EMAIL --name NAME [--role ${roles.join('|')}] | user link EMAIL | user list [--json]`
const linkMinutes = 15

/** `earshot user …`: adds a person, prints a one-time sign-in link, lists people. */
export function user(
  config: Config,
  argv: string[],
  _stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  return withUsage(usage, stderr, async () => {
    const { positionals, values } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { name: { type: 'string' }, role: { type: 'string' }, json: { type: 'boolean', default: false } },
    })
    const [verb, email, ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`There is no place for "${rest[0]}".`)
    if (verb === 'list' && email === undefined) return withRuntime(config, (it) => list(it, stdout, values.json))
    if (verb !== 'add' && verb !== 'link') throw new UsageError(`What is "user ${verb ?? ''}"?`)
    if (!z.email().safeParse(email?.trim()).success || !email)
      throw new UsageError(`"${email ?? ''}" is no e-mail address.`)
    if (verb === 'link') return withRuntime(config, (it) => link(it, email, stdout, stderr))
    const name = values.name?.trim()
    if (!name) throw new UsageError('A person needs --name NAME.')
    const role = roleOf(values.role)
    return withRuntime(config, (it) => add(it, { email, name, ...(role ? { role } : {}) }, stdout, stderr))
  })
}

function roleOf(given: string | undefined): Role | undefined {
  const role = roles.find((one) => one === given)
  if (given !== undefined && !role)
    throw new UsageError(`There is no role "${given}". Take one of ${roles.join(', ')}.`)
  return role
}

/** The first person is the owner: an installation without one could never be set up. */
async function add(
  runtime: Runtime,
  person: { email: string; name: string; role?: Role },
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  const { store, newId, clock } = runtime
  const isFirst = (await countUsers(store.read)) === 0
  const role = person.role ?? (isFirst ? 'owner' : 'agent')
  if (isFirst && role !== 'owner') {
    stderr.write('Nobody was added: the first person must be the owner. Add the owner first (--role owner).\n')
    return 1
  }
  const fields = { id: newId(), email: person.email, name: person.name, passwordHash: null, createdAt: clock.now() }
  const added = await store.write(async (tx) => {
    const row = isFirst ? await insertOwner(tx, fields) : await insertUser(tx, { ...fields, role } satisfies NewUser)
    const { now, userId } = commandAct(runtime)
    if (row)
      await appendAudit(tx, { at: now, actor: userId, action: 'user.create', object: `user:${row.id}`, data: { role } })
    return row
  })
  if (!added) {
    stderr.write(`Nobody was added: ${normaliseEmail(person.email)} is already there. See: earshot user list\n`)
    return 1
  }
  stdout.write(`${added.email} is ${role} now. A link to sign in with: earshot user link ${added.email}\n`)
  return 0
}

async function link(runtime: Runtime, email: string, stdout: Writable, stderr: Writable): Promise<number> {
  const { store, config, clock } = runtime
  const found = await findUserByEmail(store.read, email)
  if (!found || found.disabledAt !== null) {
    const why = found ? 'is disabled. An owner can enable the account under Settings, Team' : 'is not known'
    stderr.write(`No link was made: ${normaliseEmail(email)} ${why}. See: earshot user list\n`)
    return 1
  }
  const path = await signInPath(runtime, found.id, linkMinutes)
  const act = commandAct(runtime)
  await store.write((tx) =>
    appendAudit(tx, { at: act.now, actor: act.userId, action: 'user.link', object: `user:${found.id}` }),
  )
  const base = config.EARSHOT_BASE_URL?.replace(/\/$/, '') ?? `http://127.0.0.1:${config.PORT}`
  const until = new Date(clock.now() + linkMinutes * 60_000).toISOString().slice(11, 16)
  stderr.write(`Signs in ${found.name} once, until ${until} UTC:\n`)
  stdout.write(`${base}${path}\n`)
  return 0
}

async function list({ store }: Runtime, stdout: Writable, json: boolean): Promise<number> {
  const rows = (await listUsers(store.read)).map((one) => ({
    email: one.email,
    role: one.role,
    state: one.disabledAt === null ? 'enabled' : 'disabled',
    name: one.name,
    id: one.id,
  }))
  await printRows(stdout, rows, json)
  return 0
}
