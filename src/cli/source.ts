import { readFileSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { isConnectorError } from '../connector/errors.ts'
import { describeFields, parseConfigFields, type FormField } from '../connector/form.ts'
import type { Connector } from '../connector/contract.ts'
import type { Runtime } from '../runtime.ts'
import { claimJob, finishJob } from '../store/jobs.ts'
import { findSource, findSourceByAccount, insertSource, listSources } from '../store/sources.ts'
import { pollSource } from '../work/poll.ts'
import { commandAct, count, printRows, UsageError, withRuntime, withUsage, type Streams } from './command.ts'
import { enrichWaiting } from './enrichWaiting.ts'

const usage = 'source add CONNECTOR [--key value …] | source list [--json] | source run ID'

/** `earshot source …`: connects a source after a check, lists sources, polls one now. */
export function source(
  config: Config,
  argv: string[],
  stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  return withUsage(usage, stderr, async () => {
    const [verb, ...rest] = argv
    if (verb === 'add') return withRuntime(config, (it) => add(it, rest, { stdin, stdout, stderr }))
    const { positionals, values } = parseArgs({
      args: rest,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    })
    const [id, ...more] = positionals
    if (more.length > 0) throw new UsageError(`There is no place for "${more[0]}".`)
    if (verb === 'list' && id === undefined) return withRuntime(config, (it) => list(it, stdout, values.json))
    if (verb === 'run' && id !== undefined) return withRuntime(config, (it) => run(it, id, stdout, stderr))
    throw new UsageError(
      verb === 'run' ? 'Name the id of a source: earshot source list' : `What is "source ${verb ?? ''}"?`,
    )
  })
}

async function add(runtime: Runtime, argv: string[], streams: Streams): Promise<number> {
  const { registry, connections, store, newId } = runtime
  const [id, ...given] = argv
  if (id === undefined || !registry.has(id))
    throw new UsageError(`${id ? `There is no connector "${id}".` : 'Name a connector.'}\n${connectorList(runtime)}`)
  const connector = await registry.get(id)
  const parsed = parseConfigFields(connector.config, await readFields(connector, given, streams))
  if (!parsed.ok) throw new UsageError(`${errorLines(parsed.errors)}\n${fieldList(connector)}`)
  const { config, secrets } = parsed
  const account = await check(runtime, id, { ...config, ...secrets }, streams.stderr)
  if (!account) return 1
  const sourceId = newId()
  const row = await store.write((tx) =>
    insertSource(tx, commandAct(runtime), {
      id: sourceId,
      connector: id,
      account: account.account,
      name: account.displayName,
      config,
      secrets: connections.sealSecrets(sourceId, secrets),
      settings: {},
      intervalSeconds: connector.manifest.interval.default,
    }),
  )
  if (!row) {
    const present = await findSourceByAccount(store.read, id, account.account)
    streams.stderr.write(`Nothing was added: ${account.displayName} is connected already, as ${present?.id ?? '?'}.\n`)
    return 1
  }
  streams.stdout.write(`${row.id}\n`)
  streams.stderr.write(
    `${account.displayName} is connected. The server reads it at once; without one: earshot source run ${row.id}\n`,
  )
  return 0
}

async function check(runtime: Runtime, id: string, values: Record<string, unknown>, stderr: Writable) {
  try {
    const { connector, host } = await runtime.connections.tryOut(id, values, AbortSignal.timeout(60_000))
    return await connector.check(host)
  } catch (error) {
    if (!isConnectorError(error)) throw error
    stderr.write(`The check failed, nothing was saved: ${error.message}\n`)
    return undefined
  }
}

/** `--key value`, `--key=value`, `--secret-file PATH`, `--secret -` (standard input); a switch alone is yes. */
async function readFields(connector: Connector, argv: string[], streams: Streams): Promise<Record<string, unknown>> {
  const fields = describeFields(connector.config)
  const raw: Record<string, unknown> = {}
  for (let at = 0; at < argv.length; at++) {
    const [, name, inline] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(argv[at] ?? '') ?? []
    const field = name === undefined ? undefined : fieldOf(fields, name)
    if (name === undefined || !field) throw new UsageError(`What is "${argv[at]}"?\n${fieldList(connector)}`)
    const isAlone =
      inline === undefined && field.type === 'checkbox' && !/^(true|false|yes|no|1|0)$/.test(argv[at + 1] ?? '')
    const value = isAlone ? 'true' : (inline ?? argv[++at])
    if (value === undefined) throw new UsageError(`--${name} needs a value.`)
    const isFile = field.secret && kebab(name) === `${kebab(field.key)}-file`
    if (field.secret && !isFile && value !== '-')
      streams.stderr.write(
        `--${name}: others on this machine may see it; --${kebab(field.key)}-file PATH or - hides it.\n`,
      )
    raw[field.key] = valueOf(field, await secretOf(field, isFile, value, streams), raw[field.key])
  }
  return raw
}

async function secretOf(field: FormField, isFile: boolean, value: string, { stdin }: Streams): Promise<string> {
  if (!field.secret) return value
  if (value === '-') return (await text(stdin)).trim()
  if (!isFile) return value
  try {
    return readFileSync(value, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`--${kebab(field.key)}-file: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function fieldOf(fields: FormField[], name: string): FormField | undefined {
  const wanted = kebab(name)
  const plain = fields.find(({ key }) => kebab(key) === wanted)
  return plain ?? fields.find(({ key, secret }) => secret && `${kebab(key)}-file` === wanted)
}

function valueOf(field: FormField, value: string, before: unknown): unknown {
  if (field.type === 'checkbox') return /^(true|yes|1)$/.test(value)
  // A number that is none goes to the schema as text, which then says so.
  if (field.type === 'number') return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value)
  if (field.type !== 'list') return value
  const entries = value.split(/[\n,]/).map((entry) => entry.trim())
  return [...(Array.isArray(before) ? before : []), ...entries.filter((entry) => entry !== '')]
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function errorLines(errors: Record<string, string>): string {
  return Object.entries(errors)
    .map(([key, sentence]) => (key === '' ? sentence : `--${kebab(key)}: ${sentence}`))
    .join('\n')
}

function fieldList(connector: Connector): string {
  const lines = describeFields(connector.config).map((field) => {
    const marks = [field.required ? 'needed' : '', field.secret ? 'secret' : ''].filter(Boolean).join(', ')
    return `  --${kebab(field.key)}${marks ? ` (${marks})` : ''}: ${field.help}`
  })
  return `Settings of ${connector.manifest.id}:\n${lines.join('\n')}`
}

function connectorList({ registry }: Runtime): string {
  return `Connectors:\n${registry
    .manifests()
    .map(({ id, summary }) => `  ${id}: ${summary}`)
    .join('\n')}`
}

async function list({ store }: Runtime, stdout: Writable, json: boolean): Promise<number> {
  const rows = (await listSources(store.read)).map((one) => ({
    id: one.id,
    connector: one.connector,
    state: one.state,
    read: one.lastSuccessAt === null ? 'never' : new Date(one.lastSuccessAt).toISOString(),
    name: one.name,
    problem: one.lastError?.message ?? '',
  }))
  await printRows(stdout, rows, json)
  return 0
}

const pollLimitMs = 10 * 60_000

/** Here and now, whether or not a server runs: the lease on the source's poll job keeps the server's hands off. */
async function run(runtime: Runtime, id: string, stdout: Writable, stderr: Writable): Promise<number> {
  const { store, clock, work } = runtime
  const before = await findSource(store.read, id)
  if (!before || (before.state !== 'active' && before.state !== 'failing')) {
    stderr.write(
      `Nothing was read: ${before ? `the source is ${before.state}` : `there is no source ${id}`}. See: earshot source list\n`,
    )
    return 1
  }
  const now = clock.now()
  const job = await store.write((tx) =>
    claimJob(
      tx,
      { kind: 'poll', key: id, lane: `source:${id}`, payload: { sourceId: id } },
      { now, leaseMs: pollLimitMs, token: runtime.newId() },
    ),
  )
  if (!job) {
    stderr.write('The server is reading this source just now. Nothing to do.\n')
    return 0
  }
  try {
    await pollSource(work, id, AbortSignal.timeout(pollLimitMs))
  } finally {
    await store.write((tx) => finishJob(tx, job))
  }
  const enriched = await enrichWaiting(runtime)
  const after = await findSource(store.read, id)
  if (after?.lastError) {
    stderr.write(`The source could not be read: ${after.lastError.message} What was read before is kept.\n`)
    return 1
  }
  stdout.write(`${before.name} was read: ${count(enriched, 'new or changed mention')} classified.\n`)
  return 0
}
