const openings = ['@acme', 'Honestly', 'So', 'Just now', 'RT @someone:', 'Dear @airline', 'Today', 'lol']
const middles = [
  'my order still has not arrived and nobody answers the phone',
  'I love the new update, it is so much faster than before',
  'does anyone know when the store at the station opens on Sunday',
  'the app crashes every time I try to log in with my account',
  'thinking about switching to another provider after this week',
  'watching the match tonight with friends and a good pizza',
  'please bring back the old menu, this one is really confusing',
  'win a free phone, follow and retweet, link in bio',
]
const endings = ['!!!', ':)', '😡', 'http://t.co/abc123', '#fail', '', '😂😂', 'smh']

/** Made posts of ordinary length and variety, the same every time. */
export function samples(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const pick = (list: readonly string[], step: number): string =>
      list[(i * step + Math.floor(i / list.length)) % list.length] ?? ''
    return `${pick(openings, 3)} ${pick(middles, 5)} ${pick(endings, 7)} ${(i * 7919).toString(36)}`
  })
}
