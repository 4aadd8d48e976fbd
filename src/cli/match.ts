import { createReadStream, statSync } from 'node:fs'
import type { Query } from '../query/ast.ts'
import type { MatchDocument } from '../query/document.ts'
import { prepareDocument } from '../query/document.ts'
import { evaluate } from '../query/evaluate.ts'
import type { Matcher } from '../query/matcher.ts'
import { createMatcher } from '../query/matcher.ts'
import type { ParseFailure } from '../query/parse.ts'
import { parseQuery } from '../query/parse.ts'
import { traceMatch } from '../query/trace.ts'
import { readJsonLines, writeJsonLine } from './lines.ts'

export const MATCH_USAGE = `usage: earshot match --query Q [--explain] [--no-stem] [--no-fold] < mentions.jsonl
       earshot match --queries FILE [--no-stem] [--no-fold] < mentions.jsonl`

interface MatchArguments {
  query?: string
  queries?: string
  explain: boolean
  stem: boolean
  fold: boolean
}

/** Names the language of a text that declares none (queries.md A2); undefined when it cannot tell. */
export type DetectLanguage = (text: string) => string | undefined

/** `earshot match` (commands.md). Resolves to the exit code: 0, 1 when some lines were broken, 2 for wrong usage. */
export async function runMatch(
  argv: readonly string[],
  stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
  detectLanguage?: DetectLanguage,
): Promise<number> {
  const options = readArguments(argv)
  if (typeof options === 'string') {
    stderr.write(`${options}\n${MATCH_USAGE}\n`)
    return 2
  }
  const complete = (value: Record<string, unknown>): MatchDocument => withLanguage(value, detectLanguage)
  if (options.query !== undefined) return matchOne(options.query, options, stdin, stdout, complete)
  const matcher = await readQueries(options.queries ?? '', options, stdout, stderr)
  return matcher === undefined ? 2 : matchMany(matcher, stdin, stdout, complete)
}

function readArguments(argv: readonly string[]): MatchArguments | string {
  const options: MatchArguments = { explain: false, stem: true, fold: true }
  for (let i = 0; i < argv.length; i++) {
    const [name = '', inline] = splitOption(argv[i] ?? '')
    if (name === '--query' || name === '--queries') {
      const value = inline ?? argv[++i]
      if (value === undefined) return `${name} needs a value`
      options[name === '--query' ? 'query' : 'queries'] = value
    } else if (name === '--explain') options.explain = true
    else if (name === '--no-stem') options.stem = false
    else if (name === '--no-fold') options.fold = false
    else return `unknown argument ${argv[i]}`
  }
  if ((options.query === undefined) === (options.queries === undefined)) return 'give either --query or --queries'
  if (options.queries !== undefined && options.explain) return '--explain goes with --query'
  return options
}

function splitOption(argument: string): [string, string?] {
  const equals = argument.startsWith('--quer') ? argument.indexOf('=') : -1
  return equals < 0 ? [argument] : [argument.slice(0, equals), argument.slice(equals + 1)]
}

function withLanguage(value: Record<string, unknown>, detect: DetectLanguage | undefined): MatchDocument {
  const text = typeof value.text === 'string' ? value.text : ''
  const isDeclared = typeof value.lang === 'string' && value.lang !== ''
  if (isDeclared || detect === undefined) return { ...value, text }
  const lang = detect(typeof value.title === 'string' ? `${value.title}\n${text}` : text)
  return lang === undefined ? { ...value, text } : { ...value, text, lang }
}

/** What is wrong with an input line that is JSON but no mention; undefined when nothing is. */
function faultOf(value: Record<string, unknown>): string | undefined {
  if (typeof value.id !== 'string' && typeof value.id !== 'number') return 'This line has no "id"'
  if (typeof value.text !== 'string' && value.text !== undefined && value.text !== null) return '"text" is not a text'
  if (typeof value.text !== 'string' && typeof value.title !== 'string') return 'This line has no "text"'
  return undefined
}

const failureLine = ({ error, position, suggestion }: ParseFailure): Record<string, unknown> =>
  suggestion === undefined ? { error, position } : { error, position, suggestion }

async function matchOne(
  text: string,
  options: MatchArguments,
  stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  complete: (value: Record<string, unknown>) => MatchDocument,
): Promise<number> {
  const parsed = parseQuery(text, { mode: 'view', fold: options.fold, stem: options.stem })
  if (!parsed.ok) {
    await writeJsonLine(stdout, failureLine(parsed))
    return 2
  }
  let broken = false
  for await (const entry of readJsonLines(stdin)) {
    const fault = 'error' in entry ? entry.error : faultOf(entry.value)
    if (fault !== undefined || 'error' in entry) {
      broken = true
      await writeJsonLine(stdout, { line: entry.line, error: fault })
      continue
    }
    const result = resultOf(parsed.query, complete(entry.value), entry.value.id, options.explain)
    if (result !== undefined) await writeJsonLine(stdout, result)
  }
  return broken ? 1 : 0
}

function resultOf(query: Query, document: MatchDocument, id: unknown, explain: boolean): unknown {
  const prepared = prepareDocument(document)
  if (!explain) return evaluate(query, prepared) ? { id } : undefined
  const spans = traceMatch(query, prepared)
  if (spans === undefined) return undefined
  return { id, spans: spans.map(({ field, start, end, term }) => ({ field, start, end, term })) }
}

/** Reads every query before any text; all faulty ones are reported (E2), and then none is used. */
async function readQueries(
  file: string,
  options: MatchArguments,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Promise<Matcher | undefined> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    stderr.write(`cannot read ${file}\n`)
    return undefined
  }
  const matcher = createMatcher()
  const ids = new Set<string>()
  let broken = false
  for await (const entry of readJsonLines(createReadStream(file, 'utf8'))) {
    const fault = 'error' in entry ? { line: entry.line, error: entry.error } : addQuery(matcher, ids, entry, options)
    if (fault === undefined) continue
    broken = true
    await writeJsonLine(stdout, fault)
  }
  return broken ? undefined : matcher
}

function addQuery(
  matcher: Matcher,
  ids: Set<string>,
  { line, value }: { line: number; value: Record<string, unknown> },
  { fold, stem }: MatchArguments,
): unknown {
  const { id, query } = value
  if ((typeof id !== 'string' && typeof id !== 'number') || typeof query !== 'string') {
    return { line, error: 'A query needs "id" and "query"' }
  }
  const name = String(id)
  if (ids.has(name)) return { line, error: `There are two queries with the id ${name}` }
  ids.add(name)
  const parsed = parseQuery(query, { mode: 'view', fold, stem })
  if (!parsed.ok) return { query: id, ...failureLine(parsed) }
  matcher.add(name, parsed.query)
  return undefined
}

async function matchMany(
  matcher: Matcher,
  stdin: NodeJS.ReadableStream,
  stdout: NodeJS.WritableStream,
  complete: (value: Record<string, unknown>) => MatchDocument,
): Promise<number> {
  let broken = false
  for await (const entry of readJsonLines(stdin)) {
    const fault = 'error' in entry ? entry.error : faultOf(entry.value)
    if (fault !== undefined || 'error' in entry) {
      broken = true
      await writeJsonLine(stdout, { line: entry.line, error: fault })
      continue
    }
    await writeJsonLine(stdout, { id: entry.value.id, queries: matcher.match(complete(entry.value)) })
  }
  return broken ? 1 : 0
}
