import type { IntentScore } from './classification.ts'

/** What is known of a mention that bears on whether a person means it. Absent: nobody says. */
export interface Signs {
  /** Probability that the text advertises or deceives. */
  spam?: number | undefined
  intents: readonly IntentScore[]
  /** The platform or the account itself says so. */
  isBot?: boolean | undefined
  links: number
  hashtags: number
  /** Accounts other than its author's that wrote the same words themselves; passing on is no sign. */
  echoes: number
  /** From the first of them to the last. */
  echoSpanMs: number
  /** What its author wrote in the 24 hours up to it and we heard, this one included. */
  dayCount: number
}

export const suspicions = ['promotion', 'bot', 'campaign'] as const
export type Suspicion = (typeof suspicions)[number]

export const spamFrom = 0.5
export const echoesFrom = 2
export const dayCountFrom = 20

/** Claims that a person should look at; nothing is hidden or decided by them. */
export function suspicionsOf({ spam = 0, intents, isBot = false, echoes, dayCount }: Signs): Suspicion[] {
  const holds: Record<Suspicion, boolean> = {
    promotion: spam >= spamFrom || intents.some(({ label }) => label === 'spam_promo'),
    bot: isBot || dayCount >= dayCountFrom,
    campaign: echoes >= echoesFrom,
  }
  return suspicions.filter((one) => holds[one])
}

/** Links and hashtags as they stand in a text. Linear in its length. */
export function countMarks(text: string): Pick<Signs, 'links' | 'hashtags'> {
  return {
    links: text.match(/\bhttps?:\/\/|\bwww\./gi)?.length ?? 0,
    hashtags: text.match(/(?<![\p{L}\p{N}_&/])[#＃](?=[\p{L}\p{N}_])/gu)?.length ?? 0,
  }
}
