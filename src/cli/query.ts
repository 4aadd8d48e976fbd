import { explainQuery } from '../query/explain.ts'
import { formatQuery } from '../query/format.ts'
import { lintQuery } from '../query/lint.ts'
import { parseQuery } from '../query/parse.ts'
import { writeJsonLine } from './lines.ts'

export const QUERY_USAGE = `usage: earshot query lint Q
       earshot query format Q
       earshot query explain Q       each with [--no-stem] [--no-fold]`

const VERBS = ['lint', 'format', 'explain']

/** `earshot query lint|format|explain Q` (commands.md): one JSON line; exit 2 for a query that cannot be read. */
export async function runQuery(
  argv: readonly string[],
  _stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Promise<number> {
  const switches = ['--no-stem', '--no-fold']
  const [verb = '', text, ...rest] = argv.filter((argument) => !switches.includes(argument))
  if (!VERBS.includes(verb) || text === undefined || rest.length > 0) {
    stderr.write(`${QUERY_USAGE}\n`)
    return 2
  }
  const parsed = parseQuery(text, {
    mode: 'view',
    stem: !argv.includes('--no-stem'),
    fold: !argv.includes('--no-fold'),
  })
  if (!parsed.ok) {
    const { error, position, suggestion } = parsed
    await writeJsonLine(stdout, suggestion === undefined ? { error, position } : { error, position, suggestion })
    return 2
  }
  const { query } = parsed
  if (verb === 'format') await writeJsonLine(stdout, { query: formatQuery(query) })
  else if (verb === 'explain') await writeJsonLine(stdout, { query: formatQuery(query), tree: explainQuery(query) })
  else await writeJsonLine(stdout, { query: formatQuery(query), warnings: lintQuery(query) })
  return 0
}
