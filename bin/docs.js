// npm run docs: writes docs/reference/ from the schemas, so that it cannot say something else than the product does.
// `--check` writes nothing and names what is stale. Starts itself again under the right Node: the product is TypeScript.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectorIds } from './connectors-index.js'
import { requireNode, root } from './node.js'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.exit(spawnSync(requireNode(), [process.argv[1], ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1)
}

/* The one part that no schema knows. */
const backupText = `## Backup and restore

\`earshot backup\` copies the SQLite database, also while the server runs; a copy that is under its name is complete and was
checked. The secret that credentials are sealed with is left out on purpose: keep \`EARSHOT_SECRET\`, or the file \`secret\` of
the data folder, in another place. PostgreSQL brings its own tools: \`pg_dump\` and \`pg_restore\`.

\`earshot restore FILE\` refuses a file that is damaged, of a newer release or no database of Earshot, and while the server runs.
The present database is kept in \`backups/\`. Nothing is sent twice: a reply that was on its way when the copy was made (queued,
scheduled, sending, or of unknown outcome) may have gone out since, so it waits for a person with a note; one that waits for
approval gets the same note. Everybody signs in again. API keys revoked and people removed since the copy are back: look at
Settings.`

const note = '<!-- Written by "npm run docs" from the schemas. Change those, then run it. -->'
const pages = {
  'configuration.md': await configurationPage(),
  'connectors.md': await connectorsPage(),
  'api.md': await apiPage(),
  'commands.md': commandsPage(),
  'events.md': await eventsPage(),
}
const folder = join(root, 'docs/reference')
const stale = Object.entries(pages).filter(([name, text]) => {
  const file = join(folder, name)
  return !existsSync(file) || readFileSync(file, 'utf8') !== text
})
if (process.argv.includes('--check')) {
  for (const [name] of stale) process.stderr.write(`docs/reference/${name} is stale: run "npm run docs"\n`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of stale) writeFileSync(join(folder, name), text)
  process.stdout.write(`${stale.length} of ${Object.keys(pages).length} pages written\n`)
}

async function configurationPage() {
  const { configSchema } = await import('../src/config.ts')
  const { z } = await import('zod')
  const { properties } = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' })
  const rows = Object.entries(properties).map(([key, property]) => [
    `\`${key}\``,
    property.title ?? '',
    property.default === undefined || property.default === '' ? '' : `\`${property.default}\``,
    [
      property.help ?? '',
      property.enum ? `One of ${property.enum.map((one) => `\`${one}\``).join(', ')}.` : '',
      property.secret ? `Also as \`${key}_FILE\`, the path of a file that holds it.` : '',
    ]
      .filter(Boolean)
      .join(' '),
  ])
  return page(
    'Configuration',
    'Settings come from the environment. What cannot be used is listed at start, all at once, and nothing starts.',
    table(['setting', 'title', 'default', 'what it does'], rows),
  )
}

async function connectorsPage() {
  const { renderReference } = await import('../src/connector/reference.ts')
  const parts = []
  for (const id of connectorIds()) {
    const { default: connector } = await import(`../connectors/${id}/index.ts`)
    const { name, summary } = connector.manifest
    parts.push(
      `## ${name} (\`${id}\`)\n\n${summary}\n\n${renderReference(connector)}\n\n[More](../../connectors/${id}/README.md)`,
    )
  }
  const intro =
    'Every source is made by one of these. The settings are those of the form, of `earshot source add` (`baseUrl` is ' +
    '`--base-url` there) and of `POST /api/v1/sources`.'
  return page('Connectors', intro, ...parts)
}

async function apiPage() {
  const { describeApi } = await import('../src/web/api/openapi.ts')
  const { apiRoutes } = await import('../src/web/api/routes.ts')
  const { problems } = await import('../src/web/api/problem.ts')
  const { scopes } = await import('../src/domain/scopes.ts')
  const api = describeApi(apiRoutes, '')
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
  )
  const groups = api.tags.map(({ name }) =>
    [`## ${name}`, ...operations.filter((one) => one.tags.includes(name)).map(operationPart)].join('\n\n'),
  )
  const shapes = Object.entries(api.components.schemas).map(
    ([name, schema]) => `### ${name}\n\n${schema.description ?? ''}\n\n${fieldTable(schema)}`,
  )
  return page(
    'API',
    'Everything lies under `/api/v1`; `/api/v1/openapi.json` describes it for programs (OpenAPI 3.1). Send ' +
      '`Authorization: Bearer ear_…` with a token from Settings, API keys. Bodies are JSON in UTF-8, at most 512 kB. Lists ' +
      'answer `items` and `next`: send `next` as `cursor` for the next page. A token may make 600 requests a minute.',
    `## Scopes\n\nA token needs one of the scopes named, and the role of its owner must allow the action.\n\n${table(
      ['scope', 'allows'],
      Object.entries(scopes).map(([name, meaning]) => [`\`${name}\``, meaning]),
    )}`,
    `## Refusals\n\n\`application/problem+json\` (RFC 9457): \`detail\` says what happened, \`remedy\` what to do.\n\n${table(
      ['status', 'type', 'title'],
      Object.entries(problems).map(([code, one]) => [String(one.status), `\`urn:earshot:problem:${code}\``, one.title]),
    )}`,
    ...groups,
    `## Deliveries\n\n\`POST /hooks/SOURCE_ID\` takes what a platform or a script sends to a source with a webhook: signed as ` +
      'the connector says, at most 1 MB. 202 with `added`, `changed`, `known` and `setAside`; 401 when the signature does not ' +
      'hold; 409 while the source is paused; 413 when it is too large.',
    `## Tracking\n\n\`POST /v1/identify|track|page|screen|group|alias|batch\` takes what the libraries of Segment send (set their host to this installation). The write key is an API key with the scope \`ingest:write\`, as the user name of HTTP Basic. \`identify\` creates or completes a customer, \`track\`, \`page\` and \`screen\` are touchpoints, once for each \`messageId\`. Events of a browser that nobody has signed in with are not kept.`,
    `## Shapes\n\n${shapes.join('\n\n')}`,
  )
}

function operationPart({ method, path, summary, description, parameters = [], requestBody, responses }) {
  const body = requestBody?.content['application/json'].schema
  const statuses = Object.keys(responses).join(', ')
  const answer = responses['200'].content['application/json'].schema
  return [
    `### ${method.toUpperCase()} ${path}`,
    `${summary}. ${description}`,
    parameters.length > 0
      ? table(
          ['parameter', 'in', 'needed', 'what it is'],
          parameters.map((one) => [
            `\`${one.name}\``,
            one.in,
            one.required ? 'yes' : 'no',
            [one.description, choices(one.schema)].filter(Boolean).join(' '),
          ]),
        )
      : '',
    body ? `Body: ${shapeOf(body)}${body.properties ? `\n\n${fieldTable(body)}` : ''}` : '',
    `Answer: ${shapeOf(answer)}. Statuses: ${statuses}.`,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function shapeOf(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)
    return `[${name}](#${name.toLowerCase()})`
  }
  if (schema.type === 'array' && schema.items) return `list of ${shapeOf(schema.items)}`
  const items = schema.properties?.items
  if (items) return `\`items\`: ${shapeOf(items)}${schema.properties.next ? ', `next`' : ''}`
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(' or ')
  if (schema.properties)
    return `object with ${Object.keys(schema.properties)
      .map((key) => `\`${key}\``)
      .join(', ')}`
  return schema.format ?? ([schema.type ?? []].flat().join(' or ') || 'anything')
}

function fieldTable(schema) {
  const required = new Set(schema.required ?? [])
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => [
    `\`${key}\``,
    shapeOf(property),
    required.has(key) ? 'yes' : 'no',
    [meaningOf(property), choices(property)].filter(Boolean).join(' '),
  ])
  return table(['field', 'type', 'always', 'what it is'], rows)
}

/** A field that may be null says its meaning where its other half does. */
function meaningOf(property) {
  return property.description ?? property.anyOf?.find((one) => one.description)?.description
}

function choices(schema) {
  const values = schema.enum ?? schema.anyOf?.flatMap((one) => one.enum ?? []) ?? schema.items?.enum ?? []
  const known = values.length > 0 ? `One of ${values.map((one) => `\`${one}\``).join(', ')}.` : ''
  return schema.default === undefined || schema.default === ''
    ? known
    : `${known} Default \`${JSON.stringify(schema.default)}\`.`.trim()
}

/** The program prints its own table of commands: that is what people see, so that is what is documented. */
function commandsPage() {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), 'help'], { encoding: 'utf8' })
  if (status !== 0) throw new Error('"earshot help" failed')
  const rows = [...stdout.matchAll(/^ {2}earshot (.+)\n {6}(.+)$/gm)].map(([, usage, help]) => [
    usage
      .split(' | ')
      .map((one) => `\`earshot ${one}\``)
      .join('<br>'),
    help,
  ])
  if (rows.length === 0) throw new Error('"earshot help" names no command')
  return page(
    'Commands',
    '`npx earshot COMMAND`, or `node bin/earshot.js COMMAND` in a checkout. Data goes to standard output, messages to standard ' +
      'error. Exit code 0: done; 1: something failed or some lines had errors; 2: wrong usage. Commands may run beside the ' +
      'server, except `restore`.',
    table(['command', 'what it does'], rows),
    backupText,
  )
}

async function eventsPage() {
  const { threadEvents, auditActions, streamEvents } = await import('../src/domain/events.ts')
  const list = (entries) =>
    table(
      ['name', 'meaning'],
      Object.entries(entries).map(([name, text]) => [`\`${name}\``, text]),
    )
  return page(
    'Events',
    'What is written down, and what open pages are told.',
    `## Log of a thread\n\nEvery duration is computed from it. Append-only.\n\n${list(threadEvents)}`,
    `## Audit\n\nA chain of hashes over every action of a person, key or command: who, when, what, from which address. People’s actions on threads are in it under the names above.\n\n${list(auditActions)}`,
    `## Live stream\n\n\`GET /events\` (server-sent events), for signed-in browsers.\n\n${list(streamEvents)}`,
  )
}

function page(title, ...parts) {
  return `# ${title}\n\n${note}\n\n${parts.join('\n\n')}\n`
}

function table(head, rows) {
  const cell = (text) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ')
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}
