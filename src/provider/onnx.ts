import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { SENTIMENTS, type Sentiment } from '../classify/types.ts'
import { asked } from './prompt.ts'
import { ProviderError, type Opinion, type Provider } from './provider.ts'
import { createWordPiece, type WordPiece } from './wordPiece.ts'

/** What of onnxruntime-node is used; it is an optional peer, so its types may be absent. */
interface Runtime {
  InferenceSession: { create(file: string): Promise<Session> }
  Tensor: new (type: string, data: unknown, dims: readonly number[]) => unknown
}
interface Session {
  inputNames: readonly string[]
  outputNames: readonly string[]
  run(feeds: Record<string, unknown>): Promise<Record<string, { data: ArrayLike<unknown>; dims: readonly number[] }>>
  release?(): Promise<void>
}

const configSchema = z.object({
  id2label: z.record(z.string(), z.string()),
  max_position_embeddings: z.number().int().positive().optional().catch(undefined),
  do_lower_case: z.boolean().optional(),
})

/**
 * A sentiment model from a folder in the Hugging Face layout: `model.onnx` with the input `input_ids`, `config.json` with
 * `id2label`, and the WordPiece `vocab.txt`. Runs in this process; nothing is sent anywhere.
 */
export async function onnxProvider(folder: string, load: () => Promise<unknown> = loadRuntime): Promise<Provider> {
  const file = join(folder, 'model.onnx')
  if (!existsSync(file)) throw new ProviderError(`${file} does not exist.`, { permanent: true })
  const config = await readModelConfig(join(folder, 'config.json'))
  const labels = sentimentsOf(config.id2label)
  const runtime = (await load()) as Runtime
  const session = await openSession(runtime, file)
  const vocabulary = await readVocabulary(session, file, folder, config)
  return {
    model: `onnx:${folder.split(/[\\/]/).findLast(Boolean) ?? 'model'}`,
    judge: async (text, signal) => {
      signal.throwIfAborted()
      return judgeOne(runtime, session, vocabulary, labels, asked(text))
    },
    close: async () => void (await session.release?.()),
  }
}

async function loadRuntime(): Promise<unknown> {
  const name = 'onnxruntime-node'
  try {
    return await import(name)
  } catch (cause) {
    throw new ProviderError('The package onnxruntime-node is not installed: npm install onnxruntime-node', {
      permanent: true,
      cause,
    })
  }
}

async function openSession(runtime: Runtime, file: string): Promise<Session> {
  try {
    return await runtime.InferenceSession.create(file)
  } catch (cause) {
    throw new ProviderError(`${file} cannot be opened as an ONNX model.`, { permanent: true, cause })
  }
}

async function readModelConfig(file: string) {
  try {
    return configSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (cause) {
    throw new ProviderError(`${file} is missing or has no "id2label".`, { permanent: true, cause })
  }
}

async function readVocabulary(
  session: Session,
  model: string,
  folder: string,
  config: z.infer<typeof configSchema>,
): Promise<WordPiece> {
  if (!session.inputNames.includes('input_ids'))
    throw new ProviderError(`${model} does not take word pieces as "input_ids".`, { permanent: true })
  const file = join(folder, 'vocab.txt')
  if (!existsSync(file)) throw new ProviderError(`${file} is needed: the model takes word pieces.`, { permanent: true })
  const pieces = (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => line !== '')
  return createWordPiece(pieces, {
    lowerCase: config.do_lower_case ?? true,
    maxLength: Math.min(512, config.max_position_embeddings ?? 512),
  })
}

const names: Record<string, Sentiment> = { neg: 'negative', neu: 'neutral', pos: 'positive' }

/** `negative`, `NEG` and `label_negative` all name the class; a model without such names cannot be read. */
function sentimentsOf(id2label: Record<string, string>): Map<number, Sentiment> {
  const found = new Map<number, Sentiment>()
  for (const [id, label] of Object.entries(id2label)) {
    const short = /neg|neu|pos/.exec(label.toLowerCase())?.[0]
    const sentiment = short === undefined ? undefined : names[short]
    if (sentiment) found.set(Number(id), sentiment)
  }
  const missing = SENTIMENTS.filter((one) => one !== 'neutral' && ![...found.values()].includes(one))
  if (missing.length > 0)
    throw new ProviderError(`The model's labels do not name ${missing.join(' and ')}.`, { permanent: true })
  return found
}

async function judgeOne(
  runtime: Runtime,
  session: Session,
  vocabulary: WordPiece,
  labels: Map<number, Sentiment>,
  text: string,
): Promise<Opinion | undefined> {
  const output = await session.run(feedsOf(runtime, session, vocabulary, text))
  const scores = session.outputNames.map((name) => output[name]?.data).find(isNumeric)
  return scores ? strongest(probabilities(Array.from(scores)), labels) : undefined
}

function feedsOf(runtime: Runtime, session: Session, vocabulary: WordPiece, text: string) {
  const ids = vocabulary.encode(text)
  const int64 = (value: (id: number) => number) =>
    new runtime.Tensor(
      'int64',
      BigInt64Array.from(ids, (id) => BigInt(value(id))),
      [1, ids.length],
    )
  const feeds: Record<string, unknown> = { input_ids: int64((id) => id), attention_mask: int64(() => 1) }
  if (session.inputNames.includes('token_type_ids')) feeds['token_type_ids'] = int64(() => 0)
  return feeds
}

function isNumeric(data: ArrayLike<unknown> | undefined): data is ArrayLike<number> {
  return data instanceof Float32Array || data instanceof Float64Array
}

/** Logits become probabilities; what sums to one already is left alone. */
function probabilities(scores: number[]): number[] {
  const sum = scores.reduce((total, score) => total + score, 0)
  if (scores.every((score) => score >= 0) && Math.abs(sum - 1) < 1e-3) return scores
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((all, power) => all + power, 0)
  return powers.map((power) => power / total)
}

function strongest(shares: number[], labels: Map<number, Sentiment>): Opinion | undefined {
  let best: Opinion | undefined
  shares.forEach((share, index) => {
    const sentiment = labels.get(index)
    if (sentiment && Number.isFinite(share) && share > (best?.confidence ?? -1)) best = { sentiment, confidence: share }
  })
  return best
}
