import type { FC } from 'hono/jsx'

/** Simple shapes of our own (no trademark artwork), one per platform; the name always stands in text beside or inside. */
const marks: Record<string, { name: string; d: string }> = {
  hackernews: { name: 'Hacker News', d: 'm5 4.5 3 4 3-4M8 8.5v3.2' },
  rss: { name: 'News feed', d: 'M4.5 11.5v.01M4.5 8a3.5 3.5 0 0 1 3.5 3.5M4.5 4.5a7 7 0 0 1 7 7' },
  mastodon: { name: 'Mastodon', d: 'M4.5 11.5V6.8a1.75 1.75 0 0 1 3.5 0v2M8 8.8v-2a1.75 1.75 0 0 1 3.5 0v4.7' },
  bluesky: { name: 'Bluesky', d: 'M8 8C6.8 5.8 5 4.5 4 4.8s-.6 4 4 3.200c4.6.8 5-2.9 4-3.200S9.2 5.8 8 8m0 0v3.5' },
  x: { name: 'X', d: 'm4.5 4.5 7 7M11.5 4.500l-7 7' },
  steam: {
    name: 'Steam',
    d: 'M9.8 7.800a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.400M6 11.700a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.600M8.8 7.4 6.8 9.4',
  },
  appstore: { name: 'App Store', d: 'M8 4.2 4.5 11.500M8 4.200l3.5 7.300M5.5 9.300h5' },
  googleplay: { name: 'Google Play', d: 'M5 4v8l7-4z' },
  reddit: { name: 'Reddit', d: 'M8 11.500a4 3 0 1 0 0-6 4 3 0 0 0 0 6M6.6 8v.01M9.4 8v.01M8 5.5 9 3.5' },
  youtube: { name: 'YouTube', d: 'M4 5h8v6H4zM7.2 6.800v2.400L9.2 8z' },
  github: { name: 'GitHub', d: 'M5.5 11.500V7.500L4.8 4.5 7 5.500h2l2.2-1-.7 3v4' },
  stackexchange: { name: 'Stack Exchange', d: 'M4.5 5h7M4.5 8h7M4.5 11h4' },
  mail: { name: 'Mail', d: 'M4 5h8v6H4zM4 5.500l4 3 4-3' },
  webhook: { name: 'Webhook', d: 'M6 4.5 4 8l2 3.500M10 4.5 12 8l-2 3.5' },
  file: { name: 'File', d: 'M5 3.800h4l2 2v6.400H5zM9 3.800v2h2' },
  demo: {
    name: 'Demo world',
    d: 'M8 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4 8h8M8 4c1.3 1.2 1.3 6.8 0 8-1.3-1.2-1.3-6.8 0-8',
  },
}
const fallback = { name: '', d: 'M8 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7' }

export function networkName(network: string): string {
  return marks[network]?.name ?? network
}

/** `labelled`: the mark carries the name itself, for rows where the text has no room. */
export const NetworkMark: FC<{ network: string; labelled?: boolean }> = ({ network, labelled }) => {
  const mark = marks[network] ?? fallback
  const known = Object.keys(marks).includes(network) ? network : 'other'
  return (
    <span class={`network network-${known}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
        <path d={mark.d} />
      </svg>
      {labelled && <span class="sr">{mark.name || network}</span>}
    </span>
  )
}
