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
  const records = readRecords(text)
  if (!records) return { rows: [], broken: [{ line: 1, text: firstLine(text), error: sentences.lineNotCsv }] }
  const [header, ...lines] = records
  const columns = header?.record.map((name) => columnOf(name)) ?? []
  if (!columns.some(({ field }) => field === 'name' || field === 'firstName' || field === 'lastName'))
    return { rows: [], broken: [{ line: 1, text: firstLine(text), error: sentences.lineNotCsv }] }
  const parsed: ParsedCsv = { rows: [], broken: [] }
  for (const { record, line, raw } of lines) {
    const outcome = readRow(columns, record)
    if (typeof outcome === 'string') parsed.broken.push({ line, text: raw.slice(0, 200), error: outcome })
    else parsed.rows.push(outcome)
  }
  return parsed
}

interface CsvRecord {
  record: string[]
  line: number
  raw: string
}

function readRecords(text: string): CsvRecord[] | undefined {
  const options = {
    bom: true,
    delimiter: delimiterOf(firstLine(text)),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    info: true,
    raw: true,
  }
  try {
    const rows = parse(text, options) as unknown as { record: string[]; info: { lines: number }; raw: string }[] // shape of info + raw
    return rows.map(({ record, info, raw }) => ({ record, line: info.lines, raw: raw.trim() }))
  } catch {
    return undefined // a quote that never closes: the whole file is in doubt
  }
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
