/** How far a mention reached, and whether a person means it. */
export const origin = {
  summary: 'Reach and origin',
  suspicions: {
    promotion: 'Reads like promotion',
    bot: 'Maybe a bot',
    campaign: 'Same words from several accounts',
  },
  reach: 'Reach',
  views: (figure: string) => `${figure} views, as the platform counts them`,
  estimate: (people: string) => `about ${people} people`,
  formula: (followers: string, share: string) => `${followers} followers × ${share}`,
  formulaHelp:
    'An estimate: 15 % of followers see a post, up to 100,000 followers; the share falls evenly to 6 % at 10 million. Views that a platform counts always take its place.',
  unknown: (network: string) => `unknown: ${network} gives neither views nor followers`,
  promotion: 'Promotion or fraud',
  likelihood: (percent: string) => `${percent} likely, by the words`,
  marks: (links: string, hashtags: string) => `links: ${links}, hashtags: ${hashtags}`,
  notAsked: 'not judged in this language',
  bot: 'Automatic',
  botYes: 'the account says that it is',
  botNo: 'the account says that it is not',
  botUnknown: 'the platform does not say',
  day: (figure: string, n: number) => `${figure} ${n === 1 ? 'mention' : 'mentions'} by this account in 24 hours`,
  campaign: 'Same words',
  echoes: (figure: string, n: number, span: string) =>
    `written by ${figure} other ${n === 1 ? 'account' : 'accounts'}${span === '' ? '' : ` within ${span}`}`,
  echoesNone: 'no other account wrote them',
  help: 'Signs for a person to weigh. Nothing is hidden or left out because of them.',
}
