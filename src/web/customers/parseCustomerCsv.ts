import { parse } from 'csv-parse/sync'
import { sentences } from '../../i18n/web.ts'
import { channels } from '../../domain/touchpoint.ts'
import type { ImportRow, NewIdentity } from '../../store/customers.ts'
import { isEmail } from '../account/fields.ts'

export interface BrokenLine {
  /** Line of the file, the header being 1. */
  line: number
  text: string
  error: string
}

export interface ParsedCsv {
  rows: ImportRow[]
  broken: BrokenLine[]
}

/** Other names of the columns, as CRMs export them; compared without letter case, blanks and signs. */
const aliases: Record<string, string> = {
  name: 'name',
  fullname: 'name',
  customer: 'name',
  customername: 'name',
  contactname: 'name',
  firstname: 'firstName',
  lastname: 'lastName',
  company: 'company',
  companyname: 'company',
  organisation: 'company',
  organization: 'company',
  email: 'email',
  emails: 'email',
  emailaddress: 'email',
  mail: 'email',
  phone: 'phone',
  phonenumber: 'phone',
  domain: 'domain',
  domains: 'domain',
  website: 'domain',
  websiteurl: 'domain',
  companydomainname: 'domain',
  tier: 'tier',
  segment: 'tier',
  location: 'location',
  city: 'location',
  notes: 'notes',
  preferredchannel: 'channel',
  id: 'ref',
  externalref: 'ref',
  externalid: 'ref',
  recordid: 'ref',
  customerid: 'ref',
}

/** Columns that hold a handle on a platform: "bluesky", "mastodon handle", "x_username" … */
const platforms = ['bluesky', 'mastodon', 'x', 'twitter', 'github', 'reddit', 'youtube', 'hackernews', 'steam', 'demo']

/**
 * Reads a CSV of customers: a line of column names, then one customer a line. A broken line is left out and reported, the
 * others are kept. Unknown columns go to the customer's own fields. Separator: comma, semicolon or tab.
 */
export function parseCustomerCsv(text: string): ParsedCsv {
  const { records, broken } = readRecords(text)
  const [header, ...lines] = records
  const isWhole = header && !broken.some((one) => one.line < header.line)
  const columns = isWhole ? header.record.map((name) => columnOf(name)) : []
  if (!columns.some(({ field }) => field === 'name' || field === 'firstName' || field === 'lastName'))
    return { rows: [], broken: [{ line: 1, text: firstLine(text), error: sentences.lineNotCsv }] }
  const parsed: ParsedCsv = { rows: [], broken }
  for (const { record, line, raw } of lines) {
    const outcome = readRow(columns, record)
    if (typeof outcome === 'string') parsed.broken.push({ line, text: raw.slice(0, 200), error: outcome })
    else parsed.rows.push(outcome)
  }
  parsed.broken.sort((one, other) => one.line - other.line)
  return parsed
}

interface CsvRecord {
  record: string[]
  /** Where it begins. */
  line: number
  raw: string
}

/** A file with more broken quotes than this is not worth guessing at. */
const mostBrokenQuotes = 100

/** A row with a broken quote costs only its own line: reading goes on behind it. */
function readRecords(text: string): { records: CsvRecord[]; broken: BrokenLine[] } {
  const delimiter = delimiterOf(firstLine(text))
  const records: CsvRecord[] = []
  const broken: BrokenLine[] = []
  // csv-parse counts a CRLF inside quotation marks as two lines.
  let rest = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n')
  let offset = 0
  while (rest !== '') {
    const failedAt = readSome(rest, delimiter, offset, records)
    if (failedAt === undefined) break
    rest = linesAfter(rest, failedAt - offset - 1)
    const error = broken.length < mostBrokenQuotes ? sentences.brokenQuote : sentences.tooManyBroken
    broken.push({ line: failedAt, text: firstLine(rest), error })
    if (error === sentences.tooManyBroken) break
    rest = linesAfter(rest, 1)
    offset = failedAt
  }
  return { records, broken }
}

interface Seen {
  record: string[]
  info: { lines: number }
  raw: string
}

/** Adds the rows up to the first broken one and answers where that one begins; undefined at the end of the text. */
function readSome(text: string, delimiter: string, offset: number, records: CsvRecord[]): number | undefined {
  let next = 1
  const keep = (seen: unknown, { lines }: { lines: number }) => {
    const { record, raw } = seen as Seen // the shape of info and raw together
    if (record.some((cell) => cell !== '')) records.push({ record, line: offset + next, raw: raw.trim() })
    next = lines + 1
    return null
  }
  try {
    parse(text, { delimiter, relax_column_count: true, trim: true, info: true, raw: true, on_record: keep })
    return undefined
  } catch {
    return offset + next
  }
}

function linesAfter(text: string, lines: number): string {
  let at = 0
  for (let i = 0; i < lines; i++) {
    const end = text.indexOf('\n', at)
    if (end < 0) return ''
    at = end + 1
  }
  return text.slice(at)
}

function firstLine(text: string): string {
  return (text.split(/\r?\n/, 1)[0] ?? '').slice(0, 200)
}

function delimiterOf(line: string): string {
  const count = (sign: string) => line.split(sign).length
  return [';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best), ',')
}

interface Column {
  field: string
  /** The name as the file has it. */
  title: string
}

function columnOf(title: string): Column {
  const plain = title.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const known = Object.hasOwn(aliases, plain) ? aliases[plain] : undefined
  if (known) return { field: known, title }
  const platform = platforms.find((one) => plain === one || plain === `${one}handle` || plain === `${one}username`)
  return platform ? { field: `@${platform === 'twitter' ? 'x' : platform}`, title } : { field: 'custom', title }
}

/** The customer, or what is wrong with the line. */
function readRow(columns: readonly Column[], record: readonly string[]): ImportRow | string {
  const values = columns
    .map((column, index) => ({ ...column, value: clean(record[index] ?? '') }))
    .filter(({ value }) => value !== '')
  const of = (field: string) => values.find((one) => one.field === field)?.value
  const name = of('name') ?? [of('firstName'), of('lastName')].filter(Boolean).join(' ')
  if (name === '') return sentences.nameMissing
  const emails = values.filter((one) => one.field === 'email').flatMap(({ value }) => split(value))
  const wrong = emails.find((email) => !isEmail(email))
  if (wrong !== undefined) return sentences.badEmail(wrong)
  const identity =
    (kind: NewIdentity['kind'], platform = '') =>
    (value: string) => ({ kind, platform, value })
  const identities = [
    ...emails.map(identity('email')),
    ...values.filter((one) => one.field === 'phone').map(({ value }) => identity('phone')(value)),
    ...values.filter((one) => one.field === 'domain').flatMap(({ value }) => split(value).map(identity('domain'))),
    ...values
      .filter((one) => one.field.startsWith('@'))
      .map(({ field, value }) => identity('handle', field.slice(1))(value)),
  ]
  const custom = values.filter((one) => one.field === 'custom').map(({ title, value }) => [title, value] as const)
  return {
    name: name.slice(0, 200),
    company: of('company') ?? null,
    tier: of('tier') ?? null,
    location: of('location') ?? null,
    notes: of('notes') ?? null,
    externalRef: of('ref') ?? null,
    preferredChannel: channels.find((one) => one === of('channel')?.toLowerCase()) ?? null,
    custom: custom.length > 0 ? Object.fromEntries(custom) : null,
    identities,
  }
}

function split(text: string): string[] {
  return text.split(/[,;\s]+/).filter((one) => one !== '')
}

function clean(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed().trim().slice(0, 10_000)
}
