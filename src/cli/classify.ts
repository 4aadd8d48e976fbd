import { createReadStream, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'

import { decodeBundle } from '../classify/artefact.ts'
import { classifierOf, createBase } from '../classify/classifier.ts'
import { evaluate, type Labelled } from '../classify/evaluate.ts'
import { createQuick } from '../classify/fast.ts'
import { type Correction, isIntent, isSentiment, learn, readReplay } from '../classify/learn.ts'
import { loadArtefacts } from '../classify/load.ts'
import type { Because, Classification, Classifier, ClassifyInput, Intent, Kind, Urgency } from '../classify/types.ts'

const USAGE = `usage: earshot classify [--explain] [--corrections FILE] [FILE]     reads JSON lines {"id", "text", "kind", "lang"?, "stars"?}, without FILE from standard input
       earshot classify --quick [FILE]                                 English sentiment and score alone, some thirty times as fast
       earshot classify evaluate --labels FILE [--corrections FILE]
`

/** `argv` without the word "classify". Resolves to the exit code: 0, 1 (some lines had errors), 2 (wrong usage). */
export async function runClassify(
  argv: readonly string[],
  stdin: Readable,
  stdout: Writable,
  stderr: Writable,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        explain: { type: 'boolean', default: false },
        corrections: { type: 'string' },
        quick: { type: 'boolean', default: false },
        labels: { type: 'string' },
        models: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      stdout.write(USAGE)
      return 0
    }
    const [first, ...rest] = positionals
    if (rest.length > 0) throw new UsageError(`unknown argument "${rest[0]}"`)
    const action = first === 'evaluate' ? first : undefined
    if (action === 'evaluate' && !values.labels) throw new UsageError('evaluate needs --labels FILE')
    if (action === 'evaluate' && values.explain) throw new UsageError('evaluate does not explain')
    if (action === undefined && values.labels !== undefined) throw new UsageError('--labels belongs to evaluate')
    const input = first === undefined || action ? stdin : openFile(first)
    const models = values.models ?? findModels()
    if (values.quick) {
      if (action === 'evaluate' || values.explain || values.corrections)
        throw new UsageError('--quick goes without evaluate, --explain and --corrections')
      return await answerLines(quickJudge(models), input, stdout)
    }
    const { classifier, hadErrors } = buildClassifier(models, values.corrections, stderr)
    const code =
      action === 'evaluate'
        ? evaluateFile(classifier, values.labels ?? '', stdout, stderr)
        : await answerLines(fullJudge(classifier, values.explain), input, stdout)
    return hadErrors ? Math.max(code, 1) : code
  } catch (error) {
    if (!isUsage(error)) throw error
    stderr.write(`${error.message}\n${USAGE}`)
    return 2
  }
}

class UsageError extends Error {}

function isUsage(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    (error instanceof TypeError && String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS'))
  )
}

/** The models lie in the package's data/ folder, whether this runs from src/ or from the bundle. */
function findModels(): string {
  for (let at = import.meta.dirname; ; at = dirname(at)) {
    const folder = join(at, 'data', 'models')
    if (existsSync(folder)) return folder
    if (dirname(at) === at) throw new UsageError('the trained models (data/models) are missing from this installation')
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  } catch (cause) {
    throw new UsageError(`cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
}

/** Read as a stream, like standard input; what cannot be read is told before anything is answered. */
function openFile(file: string): Readable {
  try {
    const fd = openSync(file, 'r')
    if (fstatSync(fd).isDirectory()) throw new Error('it is a folder')
    return createReadStream(file, { fd })
  } catch (cause) {
    throw new UsageError(`cannot read ${file}: ${(cause as Error).message}`, { cause })
  }
}

function buildClassifier(
  models: string,
  corrections: string | undefined,
  stderr: Writable,
): { classifier: Classifier; hadErrors: boolean } {
  const log = corrections === undefined ? undefined : readText(corrections)
  const artefacts = loadArtefacts(models)
  const base = createBase(artefacts)
  if (log === undefined) return { classifier: classifierOf(base), hadErrors: false }
  const { items, hadErrors } = readLines(log, parseCorrection, corrections ?? '', stderr)
  if (items.length === 0) {
    stderr.write('no corrections: the built-in model answers\n')
    return { classifier: classifierOf(base), hadErrors }
  }
  const trial = learn(base, items, readReplay(artefacts))
  stderr.write(
    `${trial.accepted ? 'learned' : 'refused'} ${trial.knowledge.version}: ${trial.corrections} corrected, ${trial.acceptances} accepted; ${trial.reason}\n`,
  )
  return { classifier: classifierOf(base, trial.knowledge), hadErrors }
}

/** What is said of one text, as it is printed. */
type Judge = (input: ClassifyInput) => object

function fullJudge(classifier: Classifier, explains: boolean): Judge {
  return (input) => toLine(classifier.classify(input), explains ? classifier.explain(input).because : undefined)
}

function quickJudge(models: string): Judge {
  const artefacts = loadArtefacts(models)
  const bundleOf = (name: string) => decodeBundle(artefacts[name] ?? new Uint8Array())
  const model = `${String(bundleOf('decision').meta['version'])}-quick`
  const quick = createQuick(bundleOf('quick'))
  return ({ text }) => {
    const { sentiment, score } = quick(text)
    return { sentiment, score: round(score), model }
  }
}

async function answerLines(judge: Judge, stdin: Readable, stdout: Writable): Promise<number> {
  let number = 0
  let hadErrors = false
  for await (const line of linesOf(stdin)) {
    number++
    if (line.trim() === '') continue
    let out: object
    try {
      const { id, input } = parseInput(line)
      out = { ...(id === undefined ? {} : { id }), ...judge(input) }
    } catch (error) {
      hadErrors = true
      out = { line: number, error: (error as Error).message }
    }
    if (!stdout.write(`${JSON.stringify(out)}\n`)) await new Promise((resolve) => stdout.once('drain', resolve))
  }
  return hadErrors ? 1 : 0
}

function toLine(said: Classification, because: readonly Because[] | undefined): object {
  const { lang, sentiment, urgency, emotion, offensive, model } = said
  const probabilities = roundShares(said.probabilities)
  const confidence = probabilities[sentiment]
  return {
    lang,
    sentiment,
    score: round(probabilities.positive - probabilities.negative),
    confidence,
    probabilities,
    intents: said.intents.map((one) => ({ label: one.label, confidence: round(one.confidence) })),
    ...(said.unsure ? { unsure: true } : {}),
    urgency,
    ...(emotion ? { emotion: { label: emotion.label, confidence: round(emotion.confidence) } } : {}),
    ...(offensive === undefined ? {} : { offensive: round(offensive) }),
    model,
    ...(because ? { because: roundWeights(because, confidence) } : {}),
  }
}

/** What is printed sums to one as well. */
function roundShares({ negative, positive }: Classification['probabilities']): Classification['probabilities'] {
  const [low, high] = [round(negative), round(positive)]
  return { negative: low, neutral: Math.max(0, round(1 - low - high)), positive: high }
}

/** What is printed sums to the log odds of the confidence that is printed: the last entry, of no word, takes the rest. */
function roundWeights(because: readonly Because[], confidence: number): Because[] {
  const rounded = because.map((one) => ({ ...one, weight: round(one.weight) }))
  const last = rounded.at(-1)
  if (last && confidence > 0 && confidence < 1) {
    const others = rounded.slice(0, -1).reduce((sum, { weight }) => sum + weight, 0)
    last.weight = round(Math.log(confidence / (1 - confidence)) - others)
  }
  return rounded
}

function round(x: number): number {
  return Math.round(x * 1e6) / 1e6
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new Error('not a JSON object')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a JSON object')
  return value as Record<string, unknown>
}

function parseInput(line: string): { id: unknown; input: ClassifyInput } {
  const { id, text, kind, lang, stars } = parseObject(line)
  if (lang !== undefined && lang !== null && typeof lang !== 'string') throw new Error('"lang" must be a string')
  if (stars !== undefined && stars !== null && (typeof stars !== 'number' || !(stars >= 1 && stars <= 5))) {
    throw new Error('"stars" must be a number from 1 to 5')
  }
  const input: ClassifyInput = { text: parseText(text), kind: parseKind(kind) }
  if (lang) input.lang = lang as string
  if (typeof stars === 'number') input.stars = stars
  return { id, input }
}

function parseText(text: unknown): string {
  if (typeof text !== 'string') throw new Error('"text" must be a string')
  return text
}

function parseKind(kind: unknown): Kind {
  if (kind !== 'mention' && kind !== 'review') throw new Error('"kind" must be "mention" or "review"')
  return kind
}

/** Each once; `other` stands alone. */
function parseIntents(intents: unknown): Intent[] {
  if (!Array.isArray(intents)) throw new Error('"intents" must be a list')
  const labels = intents.map((intent: unknown) => {
    const label = typeof intent === 'object' && intent !== null ? (intent as { label?: unknown }).label : intent
    if (!isIntent(label)) throw new Error(`unknown intent ${JSON.stringify(label)}`)
    return label
  })
  const distinct = [...new Set(labels)]
  if (distinct.length > 1 && distinct.includes('other')) throw new Error('the intent "other" holds only alone')
  return distinct
}

function parseCorrection(line: string): Correction {
  const { text, kind, lang, sentiment, intents, accepted } = parseObject(line)
  const out: Correction = { text: parseText(text), kind: parseKind(kind) }
  if (typeof lang === 'string') out.lang = lang
  if (sentiment !== undefined && sentiment !== null) {
    if (!isSentiment(sentiment)) throw new Error(`unknown sentiment ${JSON.stringify(sentiment)}`)
    out.sentiment = sentiment
  }
  const said = intents === undefined || intents === null ? [] : parseIntents(intents)
  if (said.length > 0) out.intents = said // an empty list says nothing
  if (accepted === true) out.accepted = true
  if (!out.accepted && !out.sentiment && !out.intents)
    throw new Error('a correction needs "sentiment", "intents" or "accepted"')
  return out
}

function parseLabelled(line: string): { input: ClassifyInput; truth: Labelled } {
  const { text, kind, lang, stars, sentiment, intents, urgency } = parseObject(line)
  const input: ClassifyInput = { text: parseText(text), kind: parseKind(kind) }
  if (typeof lang === 'string') input.lang = lang
  if (typeof stars === 'number') input.stars = stars
  const truth: Labelled = {}
  if (sentiment !== undefined && sentiment !== null) {
    if (!isSentiment(sentiment)) throw new Error(`unknown sentiment ${JSON.stringify(sentiment)}`)
    truth.sentiment = sentiment
  }
  if (intents !== undefined && intents !== null) truth.intents = parseIntents(intents)
  if (urgency !== undefined && urgency !== null) {
    if (urgency !== 'low' && urgency !== 'normal' && urgency !== 'high')
      throw new Error(`unknown urgency ${JSON.stringify(urgency)}`)
    truth.urgency = urgency as Urgency
  }
  return { input, truth }
}

function evaluateFile(classifier: Classifier, file: string, stdout: Writable, stderr: Writable): number {
  const { items, hadErrors } = readLines(readText(file), parseLabelled, file, stderr)
  const answers = classifier.classifyBatch(items.map(({ input }) => input))
  const reports = evaluate(
    items.map(({ truth }) => truth),
    answers,
  )
  for (const report of reports) stdout.write(`${JSON.stringify(report)}\n`)
  if (reports.length === 0) stderr.write('no line holds a label\n')
  return hadErrors ? 1 : 0
}

/** Whole files of labels: a broken line is named on standard error and left out. */
function readLines<T>(
  text: string,
  parse: (line: string) => T,
  name: string,
  stderr: Writable,
): { items: T[]; hadErrors: boolean } {
  const items: T[] = []
  let hadErrors = false
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      items.push(parse(line))
    } catch (error) {
      hadErrors = true
      stderr.write(`${JSON.stringify({ file: name, line: i + 1, error: (error as Error).message })}\n`)
    }
  }
  return { items, hadErrors }
}

/** Lines end with \n alone (JSON text may hold U+2028); pieces of a long line are joined once. */
async function* linesOf(stdin: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pieces: string[] = []
  for await (const chunk of stdin) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk as Uint8Array, { stream: true })
    const parts = text.split('\n')
    for (const [i, part] of parts.entries()) {
      pieces.push(part)
      if (i === parts.length - 1) break
      yield pieces.join('')
      pieces = []
    }
  }
  pieces.push(decoder.decode())
  const last = pieces.join('')
  if (last !== '') yield last
}
