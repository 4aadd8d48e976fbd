import { z } from 'zod'
import { INTENTS, SENTIMENTS, type Intent, type Sentiment } from '../classify/types.ts'

/** What a provider says of one text. Confidence is its own claim, 0…1; a provider that makes none claims 0.8. */
export interface Opinion {
  sentiment: Sentiment
  confidence: number
  /** Absent: the provider knows sentiment only, the built-in intents stand. */
  intents?: Intent[]
}

/** Another judge, asked only about texts that the built-in classifier is unsure of. */
export interface Provider {
  /** Kept with each judgement: kind and model, such as `ollama:llama3.2`. */
  model: string
  /** Undefined: an answer came but was unusable. Throws ProviderError when none came. */
  judge(text: string, signal: AbortSignal): Promise<Opinion | undefined>
  /** Into the language named in English. Absent: it only labels. Undefined and errors as above. */
  translate?(text: string, language: string, signal: AbortSignal): Promise<string | undefined>
  close?(): Promise<void>
}

/** `message` is read by the person who set the provider up: what happened and what to do. */
export class ProviderError extends Error {
  /** Asking again later cannot help: wrong key, unknown model, missing file. */
  readonly permanent: boolean
  /** Epoch ms, when the server said so. */
  readonly retryAt: number | undefined
  constructor(message: string, options: { permanent?: boolean; retryAt?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ProviderError'
    this.permanent = options.permanent ?? false
    this.retryAt = options.retryAt
  }
}

const labelSchema = z.string().transform((text) => text.trim().toLowerCase())
const opinionSchema = z.object({
  sentiment: labelSchema.pipe(z.enum(SENTIMENTS)),
  confidence: z.number().min(0).max(1).catch(0.8),
  intents: z.array(labelSchema).optional().catch(undefined),
})

/** One opinion from a model's JSON; undefined when there is no known sentiment in it. Unknown intents are left out. */
export function readOpinion(value: unknown): Opinion | undefined {
  const parsed = opinionSchema.safeParse(value)
  if (!parsed.success) return undefined
  const { sentiment, confidence } = parsed.data
  if (!parsed.data.intents) return { sentiment, confidence }
  const known = INTENTS.filter((intent) => parsed.data.intents?.includes(intent))
  const named = known.length > 1 ? known.filter((intent) => intent !== 'other') : known
  return { sentiment, confidence, intents: named.length === 0 ? ['other'] : named }
}

const translationSchema = z.object({ translation: z.string().trim().min(1) })

export function readTranslation(value: unknown): string | undefined {
  return translationSchema.safeParse(value).data?.translation
}
