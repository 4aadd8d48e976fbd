import { z } from 'zod'

const limits = {
  /** Texts are asked about when the built-in confidence lies below. */
  threshold: z.coerce.number().min(0).max(1).default(0.6),
  /** Texts a day (UTC) that are sent at most. */
  dailyTexts: z.coerce.number().int().min(1).max(1_000_000).default(500),
  timeoutSeconds: z.coerce.number().int().min(1).max(120).default(20),
}

/** Which other judge may be asked, and how much. */
export const providerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('openai'), baseUrl: z.url(), model: z.string().trim().min(1).max(200), ...limits }),
  z.object({ kind: z.literal('ollama'), baseUrl: z.url(), model: z.string().trim().min(1).max(200), ...limits }),
  z.object({ kind: z.literal('onnx'), folder: z.string().trim().min(1).max(500), ...limits }),
])
export type ProviderSetting = z.infer<typeof providerSchema>
