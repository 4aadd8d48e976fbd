/** What the label names mean is the product's own definition: a text is judged alone, as a community manager reads it. */
export type Intent =
  | 'question'
  | 'complaint'
  | 'praise'
  | 'bug_report'
  | 'feature_request'
  | 'purchase_intent'
  | 'churn_threat'
  | 'spam_promo'
  | 'other'
export type Sentiment = 'negative' | 'neutral' | 'positive'
export type Urgency = 'low' | 'normal' | 'high'

/** The right answer for one text, known because the text was written for it. */
export interface Labels {
  sentiment: Sentiment
  intents: readonly Intent[]
  urgency: Urgency
  topic: string
}

/** One hand-written text. `{bean}`, `{city}` … are filled by world/slots. */
export interface Line extends Labels {
  text: string
  /** BCP 47. */
  lang: string
  title?: string
  /** 1…5, reviews only. */
  stars?: number
}

/** Lines that share their labels. A text may start with `Title | `. */
export function lines(
  sentiment: Sentiment,
  intents: readonly Intent[],
  urgency: Urgency,
  topic: string,
  texts: readonly string[],
  lang = 'en',
): Line[] {
  return texts.map((whole) => {
    const cut = whole.indexOf(' | ')
    const titled = cut < 0 ? { text: whole } : { title: whole.slice(0, cut), text: whole.slice(cut + 3) }
    return { ...titled, lang, sentiment, intents, urgency, topic }
  })
}

/** The same with stars. */
export function starred(stars: number, from: Line[]): Line[] {
  return from.map((line) => ({ ...line, stars }))
}
