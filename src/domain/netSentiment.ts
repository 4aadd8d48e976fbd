import type { Tone } from './classification.ts'

export type ToneCounts = Record<Tone, number>

export interface NetSentiment {
  /** 100 × (P − N) ÷ (P + Neu + N), -100…100: what the trade calls net sentiment. undefined: nothing is sure. */
  net?: number | undefined
  /** 100 × (P − N) ÷ (P + N): of those who take a side. */
  polar?: number | undefined
  /** What the figures rest on: judged, and not unsure. */
  sure: number
  /** 0…1 of all that is judged: left out of both. */
  unsureShare?: number | undefined
}

/** Mixed counts half to each pole, so it moves neither difference, only what they are divided by. */
export function netSentiment({ negative, neutral, positive, mixed, unsure }: ToneCounts): NetSentiment {
  const sided = positive + negative + mixed
  const sure = sided + neutral
  const difference = 100 * (positive - negative)
  return {
    net: sure === 0 ? undefined : difference / sure,
    polar: sided === 0 ? undefined : difference / sided,
    sure,
    unsureShare: sure + unsure === 0 ? undefined : unsure / (sure + unsure),
  }
}
