export interface DemoQuery {
  name: string
  query: string
  /** What a person would use it for. */
  why: string
}

/** Listening queries that make sense in this world, in the product's own query language. The same for every seed. */
export function demoQueries(_seed: number): DemoQuery[] {
  return [
    { name: 'Brand', query: 'tamsel OR @tamsel OR #tamsel', why: 'Everything that names the company' },
    {
      name: 'Sync and outages',
      query: '(tamsel OR @tamsel) (sync OR offline OR outage OR servers OR 503 OR "is down")',
      why: 'A bad afternoon shows here first',
    },
    {
      name: 'Money at stake',
      query: '(tamsel OR @tamsel) (charged OR refund OR "money back" OR abgebucht OR cobrado)',
      why: 'To be answered today',
    },
    {
      name: 'Thanks',
      query: '(tamsel OR @tamsel) (love OR thank* OR danke OR merci OR gracias) NOT (refund OR charged)',
      why: 'For the wall of the workshop',
    },
    { name: 'Competitor', query: 'korvia', why: 'What people say about Korvia' },
    { name: 'Low stars', query: 'rating<=2', why: 'Reviews with one or two stars' },
  ]
}
