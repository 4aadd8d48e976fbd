import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoCustomers } from './customers.ts'
import { askBackLines, nudgeLines, stillLines, thanksLines, unheardLines } from './texts/conversations.ts'
import { bystanderLines, forumLines } from './texts/forum.ts'
import { incidentLines } from './texts/incidents.ts'
import { foreignLines } from './texts/languages.ts'
import type { Line } from './texts/line.ts'
import { reviewLines } from './texts/reviews.ts'
import { socialLines } from './texts/social.ts'
import { videoLines } from './texts/video.ts'
import { fillSlots } from './world/slots.ts'

/**
 * The files of data/samples by name, made from the demo world. Written by `node connectors/demo/samples.ts`; a test
 * compares them with what this gives.
 */
export function renderSamples(): Record<string, string> {
  return { 'labelled.jsonl': labelled(), 'customers.csv': customersCsv(), 'customers.jsonl': customersJsonl() }
}

/** Every hand-written text with its right labels, in the form that `earshot classify evaluate` reads. */
function labelled(): string {
  const books = [thanksLines, stillLines, unheardLines, askBackLines, nudgeLines].flatMap((book) =>
    Object.values(book).flat(),
  )
  const mentions = [
    ...socialLines,
    ...foreignLines,
    ...forumLines,
    ...videoLines,
    ...Object.values(incidentLines).flat(),
  ]
  const rows = [...mentions, ...bystanderLines, ...books].map((line) => labelledRow(line, 'mention'))
  const reviews = reviewLines.map((line) => labelledRow(line, 'review'))
  return toJsonl([...rows, ...reviews].map((row, index) => ({ id: `demo-${index + 1}`, ...row })))
}

function labelledRow(line: Line, kind: 'mention' | 'review') {
  const { lang, sentiment, intents, urgency, stars } = line
  const text = fillSlots(line.title ? `${line.title}\n${line.text}` : line.text, 'sample', line.text)
  return { text, kind, lang, ...(stars ? { stars } : {}), sentiment, intents, urgency }
}

const sampleSeed = 7

function customersCsv(): string {
  const rows = demoCustomers(sampleSeed).map((customer) => [
    customer.key,
    customer.name,
    customer.company ?? '',
    customer.email,
    customer.domains.join(' '),
    customer.tier,
    customer.city,
    customer.accounts.map((account) => `${account.platform}:${account.handle}`).join(' '),
  ])
  return [['id', 'name', 'company', 'email', 'domains', 'tier', 'city', 'accounts'], ...rows].map(csvRow).join('')
}

function csvRow(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`
}

/** As `earshot link --customers` reads them. */
function customersJsonl(): string {
  return toJsonl(
    demoCustomers(sampleSeed).map(({ key, name, company, email, domains, accounts }) => ({
      id: key,
      name,
      ...(company ? { company } : {}),
      emails: [email],
      domains,
      accounts: accounts.map(({ platform, handle, externalId }) => ({
        platform,
        handle,
        ...(externalId ? { id: externalId } : {}),
      })),
    })),
  )
}

function toJsonl(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../../data/samples')
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(renderSamples())) writeFileSync(join(folder, name), content)
}
