import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { readRows } from '../../connectors/file/csv.ts'
import { parseMentionFile } from '../../connectors/file/parseMentionFile.ts'
import type { Config } from '../config.ts'
import { decodeText } from '../connector/decodeText.ts'
import { ingestFileItems } from '../fileImport.ts'
import type { Runtime } from '../runtime.ts'
import { importCustomers, type ImportRow } from '../store/customers.ts'
import { findSourceByAccount, insertSource } from '../store/sources.ts'
import { findNamedCustomer, reportTouchpoint } from '../store/touchpoints.ts'
import { cleanJson } from '../domain/cleanJson.ts'
import { parseCustomerCsv } from '../web/customers/parseCustomerCsv.ts'
import { commandAct, count, UsageError, withRuntime, withUsage } from './command.ts'
import { customerOf } from './customerFile.ts'
import { enrichWaiting } from './enrichWaiting.ts'
import { touchpointOf, touchpointRecord } from './touchpointFile.ts'

const usage = 'import customers|mentions|touchpoints FILE [--dry-run] [--source NAME]'
const batchSize = 500

interface BadLine {
  line: number
  error: string
}

interface File {
  name: string
  bytes: Uint8Array
}

/** `earshot import …`: broken lines are listed on standard error, the rest goes on; exit code 1 then. */
export function importFile(
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
      options: { 'dry-run': { type: 'boolean', default: false }, source: { type: 'string' } },
    })
    const [what, path, ...rest] = positionals
    if (what !== 'customers' && what !== 'mentions' && what !== 'touchpoints')
      throw new UsageError(`What is to be imported: customers, mentions or touchpoints?`)
    if (!path || rest.length > 0) throw new UsageError('Name one file.')
    if (values.source !== undefined && what !== 'mentions') throw new UsageError('--source goes with mentions.')
    const file = readFile(path)
    const dryRun = values['dry-run']
    return withRuntime(config, async (runtime) => {
      const out = { stdout, stderr, dryRun }
      if (what === 'customers') return customers(runtime, file, out)
      if (what === 'touchpoints') return touchpoints(runtime, file, out)
      return mentions(runtime, file, values.source ?? 'File import', out)
    })
  })
}

interface Out {
  stdout: Writable
  stderr: Writable
  dryRun: boolean
}

function readFile(path: string): File {
  try {
    return { name: basename(path), bytes: readFileSync(path) }
  } catch (error) {
    throw new UsageError(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function mentions(runtime: Runtime, file: File, sourceName: string, out: Out): Promise<number> {
  const { items, errors } = parseMentionFile(file.bytes, file.name)
  if (out.dryRun) return finish(out, `${count(items.length, 'mention')} would be imported`, errors)
  if (items.length === 0) return finish(out, 'Nothing was imported', errors)
  const { added, changed, known } = await ingestFileItems(runtime.work, await fileSource(runtime, sourceName), items)
  // Beside a running server both work on the list; alone, it is worked off here.
  await enrichWaiting(runtime, (done) => {
    if (items.length > batchSize) out.stderr.write(`classified ${done}\n`)
  })
  return finish(out, `${count(added, 'new mention')}, ${changed} changed, ${known} known already`, errors)
}

/** Files of one name belong to one source: the same record in two of them is one mention. */
async function fileSource(runtime: Runtime, name: string) {
  const { store, newId, registry } = runtime
  const { manifest } = await registry.get('file')
  const account = name.toLowerCase()
  await store.write((tx) =>
    insertSource(tx, commandAct(runtime), {
      id: newId(),
      connector: 'file',
      account,
      name,
      config: { name },
      secrets: null,
      settings: {},
      intervalSeconds: manifest.interval.default,
    }),
  )
  const source = await findSourceByAccount(store.read, 'file', account)
  if (!source) throw new Error('the source for the file was not stored')
  return source
}

async function customers(runtime: Runtime, file: File, out: Out): Promise<number> {
  const { rows, errors } = readCustomers(file)
  if (out.dryRun) return finish(out, `${count(rows.length, 'customer')} would be imported`, errors)
  const total = { created: 0, updated: 0, unchanged: 0 }
  for (let from = 0; from < rows.length; from += batchSize) {
    const batch = rows.slice(from, from + batchSize)
    const counted = await runtime.store.write((tx) => importCustomers(tx, commandAct(runtime), batch))
    total.created += counted.created
    total.updated += counted.updated
    total.unchanged += counted.unchanged
  }
  const { created, updated, unchanged } = total
  return finish(out, `${count(created, 'new customer')}, ${updated} updated, ${unchanged} unchanged`, errors)
}

/** A table is read as the page of customers reads it. */
function readCustomers(file: File): { rows: ImportRow[]; errors: BadLine[] } {
  if (!isJsonFile(file)) {
    const { rows, broken } = parseCustomerCsv(decodeText(file.bytes))
    return { rows, errors: broken }
  }
  const { good, errors } = shape(jsonRecords(decodeText(file.bytes)), customerOf)
  return { rows: good.map(({ value }) => value), errors }
}

async function touchpoints(runtime: Runtime, file: File, out: Out): Promise<number> {
  const text = decodeText(file.bytes)
  const { good, errors } = shape(isJsonFile(file) ? jsonRecords(text) : touchpointRecords(text), touchpointOf)
  let added = 0
  let known = 0
  for (let from = 0; from < good.length; from += batchSize) {
    const batch = good.slice(from, from + batchSize)
    const outcome = await runtime.store.write(async (tx) => {
      const missing: BadLine[] = []
      let created = 0
      for (const { line, value } of batch) {
        const customer = await findNamedCustomer(tx, value.customer)
        if (!customer) missing.push({ line, error: 'customer: is not known. Import the customers first.' })
        else if (
          !out.dryRun &&
          (await reportTouchpoint(tx, commandAct(runtime), customer.seq, value.touchpoint)).created
        )
          created++
      }
      return { missing, created }
    })
    errors.push(...outcome.missing)
    added += outcome.created
    known += batch.length - outcome.missing.length - outcome.created
  }
  errors.sort((a, b) => a.line - b.line)
  if (out.dryRun) return finish(out, `${count(known, 'touchpoint')} would be imported or are known`, errors)
  return finish(out, `${count(added, 'new touchpoint')}, ${known} known already`, errors)
}

interface Records {
  records: { line: number; record: unknown }[]
  errors: BadLine[]
}

function isJsonFile({ name }: File): boolean {
  return /\.(jsonl|ndjson|json)$/i.test(name)
}

/** What cannot be read is named with its line. */
function shape<T>({ records, errors }: Records, read: (record: unknown) => T) {
  const good: { line: number; value: T }[] = []
  for (const { line, record } of records) {
    try {
      good.push({ line, value: read(cleanJson(record)) })
    } catch (error) {
      errors.push({ line, error: error instanceof Error ? error.message : String(error) })
    }
  }
  return { good, errors: errors.toSorted((a, b) => a.line - b.line) }
}

function jsonRecords(text: string): Records {
  const records: { line: number; record: unknown }[] = []
  const errors: BadLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      records.push({ line: index + 1, record: JSON.parse(line) as unknown })
    } catch {
      errors.push({ line: index + 1, error: 'This line is not JSON.' })
    }
  }
  return { records, errors }
}

function touchpointRecords(text: string): Records {
  const { rows, errors } = readRows(text)
  const [header, ...body] = rows
  if (!header) errors.push({ line: 1, error: 'The file has no header line.' })
  const records = body.flatMap(({ line, cells }) => {
    if (cells.every((cell) => cell.trim() === '')) return []
    if (header && cells.length > header.cells.length) {
      errors.push({ line, error: `This row has ${cells.length} cells, the header ${header.cells.length}.` })
      return []
    }
    return [{ line, record: touchpointRecord(header?.cells ?? [], cells) }]
  })
  return { records, errors }
}

function finish({ stdout, stderr }: Out, sentence: string, errors: BadLine[]): number {
  for (const { line, error } of errors) stderr.write(`line ${line}: ${error}\n`)
  stdout.write(`${sentence}.\n`)
  if (errors.length === 0) return 0
  stderr.write(
    `${count(errors.length, 'line')} could not be read; correct them and import the file again, the rest is kept.\n`,
  )
  return 1
}
