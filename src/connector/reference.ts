import type { BackfillManifest, Connector } from './contract.ts'
import { describeFields, type FormField } from './form.ts'

const opening = '<!-- fields -->'
const closing = '<!-- /fields -->'

/** The reference part of a connector's README, from its schema and manifest: it cannot say something else than the form. */
export function renderReference(connector: Connector): string {
  return [facts(connector), fieldTable(describeFields(connector.config))].filter((part) => part !== '').join('\n\n')
}

/** The README with its reference replaced. Throws Error when the markers are missing. */
export function updateReadme(readme: string, connector: Connector): string {
  const from = readme.indexOf(opening)
  const to = readme.indexOf(closing)
  if (from < 0 || to < from) throw new Error(`The README of ${connector.manifest.id} has no ${opening} … ${closing}.`)
  return `${readme.slice(0, from + opening.length)}\n${renderReference(connector)}\n${readme.slice(to)}`
}

function facts(connector: Connector): string {
  const { manifest } = connector
  const can = ['poll', 'search', 'stream', 'backfill', 'webhook', 'reply', 'findReply', 'recheck'] as const
  const limits = manifest.limits.map(
    ({ requests, perSeconds, scope }) => `${requests} requests in ${perSeconds} s (${scope})`,
  )
  const reply = manifest.reply?.limits.map(({ unit, max }) => `${max} ${unit}`)
  const rows = [
    ['Kind', manifest.kind],
    ['Quality', manifest.quality],
    ['Works without a key', manifest.keyless ? 'yes' : 'no'],
    ['Can', can.filter((method) => connector[method] !== undefined).join(', ')],
    ['Limits', limits.join('; ') || 'none'],
    ['Polled every', `${manifest.interval.default} s (at least ${manifest.interval.min} s)`],
    ...(manifest.backfill ? [['Gaps are read again', backfillFacts(manifest.backfill)]] : []),
    ...(reply ? [['Length of a reply', reply.join(' and ')]] : []),
    ['Linking authors to customers', manifest.policy.identityLink],
  ]
  return table(['about', ''], rows)
}

function backfillFacts({ reachDays, price, sweepHours }: BackfillManifest): string {
  const parts = [
    reachDays === undefined ? 'however old' : `${reachDays} days back`,
    ...(price ? [`only where it is switched on, because it costs: ${price}`] : []),
    ...(sweepHours ? [`the last ${sweepHours} hours each hour, for what was indexed late`] : []),
  ]
  return parts.join('; ')
}

function fieldTable(fields: FormField[]): string {
  if (fields.length === 0) return ''
  const rows = fields.map((field) => [
    `\`${field.key}\``,
    field.title,
    field.secret ? `${field.type}, secret` : field.type,
    field.required ? 'yes' : 'no',
    shownDefault(field),
    field.help,
  ])
  return table(['setting', 'title', 'type', 'needed', 'default', 'help'], rows)
}

function shownDefault(field: FormField): string {
  if (field.default === undefined || field.default === '') return ''
  if (typeof field.default === 'boolean') return field.default ? 'yes' : 'no'
  return `\`${field.default.replaceAll('\n', ', ')}\``
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(escapeCell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
}
