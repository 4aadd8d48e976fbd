/** Any interaction of a customer with the business, in any channel, at any stage. */
export const channels = [
  'website',
  'social',
  'review',
  'call',
  'email',
  'chat',
  'in_person',
  'event',
  'product',
] as const
export type Channel = (typeof channels)[number]

export const stages = ['awareness', 'consideration', 'purchase', 'use', 'after_sales'] as const
export type Stage = (typeof stages)[number]

export const directions = ['in', 'out'] as const
export type Direction = (typeof directions)[number]

/** The stage that an inbound mention shows, from what it asks for. A person may overrule it. */
export function stageOfIntents(intents: readonly string[], isReview: boolean): Stage {
  if (intents.includes('purchase_intent')) return 'consideration'
  if (intents.includes('bug_report') || intents.includes('churn_threat') || intents.includes('complaint'))
    return 'after_sales'
  if (isReview || intents.includes('feature_request') || intents.includes('question')) return 'use'
  return intents.includes('praise') ? 'use' : 'awareness'
}
