export interface StarterList {
  key: 'jobs' | 'giveaways' | 'seo'
  name: string
  /** Query text of a listening query. */
  text: string
}

/** Lists to copy from. Phrases rather than single words: "job" and "win" also stand in what customers write. */
export const starterLists: readonly StarterList[] = [
  {
    key: 'jobs',
    name: 'Job ads',
    text: [
      '#hiring OR #jobs OR #jobsearch OR #nowhiring OR #jobopening',
      '"we are hiring" OR "we\'re hiring" OR "is hiring" OR "now hiring" OR "join our team"',
      '"job opening" OR "open position" OR "open role" OR "vacancy" OR "job alert"',
      '"apply now" NEAR/15 (engineer OR developer OR manager OR role OR position OR job)',
      '"wir suchen" NEAR/10 (m/w/d OR Verstärkung OR Mitarbeiter) OR "Stellenangebot" OR "Stellenanzeige"',
    ].join('\nOR '),
  },
  {
    key: 'giveaways',
    name: 'Giveaways',
    text: [
      'giveaway OR #giveaway OR #sweepstakes OR sweepstakes OR #gewinnspiel OR gewinnspiel',
      '(retweet OR repost OR follow OR tag) NEAR/6 "to win"',
      '"chance to win" OR "enter to win" OR "winner will be" OR "winners will be announced"',
    ].join('\nOR '),
  },
  {
    key: 'seo',
    name: 'Coupon and SEO spam',
    text: [
      '"coupon code" OR "promo code" OR "discount code" OR "voucher code" OR "gutscheincode"',
      '"limited time offer" OR "click the link in bio" OR "buy followers" OR "guest post" OR "backlinks"',
      '"free download" NEAR/8 (crack OR cracked OR keygen OR torrent OR apk)',
      '#ad NEAR/20 (coupon OR code OR deal)',
    ].join('\nOR '),
  },
]
