export interface DemoTopic {
  name: string
  /** What it names: a matter, the company itself, somebody else's. */
  kind: 'topic' | 'brand' | 'competitor'
  query: string
  /** Name of the topic above it. */
  below?: string
}

/** Topics that make sense in this world, in the product's own query language. The same for every seed. */
export function demoTopics(_seed: number): DemoTopic[] {
  return [
    { name: 'Tamsel', kind: 'brand', query: 'tamsel OR @tamsel' },
    { name: 'Korvia', kind: 'competitor', query: 'korvia' },
    { name: 'App', kind: 'topic', query: 'app OR aplicación OR application OR update OR login OR notifications' },
    { name: 'Timer', kind: 'topic', query: 'timer* OR "morning button" OR schedule', below: 'App' },
    { name: 'Pairing and sync', kind: 'topic', query: 'pair* OR sync* OR offline OR bluetooth OR wlan', below: 'App' },
    { name: 'Coffee', kind: 'topic', query: 'coffee OR espresso OR kaffee OR café OR foam OR crema OR taste*' },
    { name: 'Grinder and noise', kind: 'topic', query: 'grinder OR loud OR noise OR quiet OR leise OR silencieuse' },
    { name: 'Delivery', kind: 'topic', query: 'deliver* OR parcel OR shipping OR courier OR lieferung OR paket' },
    { name: 'Support', kind: 'topic', query: 'support OR "customer service" OR helpdesk OR kundendienst' },
    { name: 'Price and money', kind: 'topic', query: 'price OR refund OR charged OR invoice OR expensive OR money' },
  ]
}
