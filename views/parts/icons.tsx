import type { FC } from 'hono/jsx'

/** One stroke set on a 16 px grid, 1.5 px round strokes. Decorative: the text or label beside it speaks. */
const paths = {
  inbox:
    'M2 9.5 3.8 3.6A1.5 1.5 0 0 1 5.2 2.5h5.6a1.5 1.5 0 0 1 1.4 1.1L14 9.5v2.5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 2 12zM2 9.5h3.5l1 1.75h3l1-1.75H14',
  customers: 'M8 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M2.75 13.7c.5-2.4 2.6-3.9 5.25-3.9s4.75 1.5 5.25 3.9',
  listening:
    'M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 0 5.6M3.1 12.9a6.9 6.9 0 0 1 0-9.8M12.9 3.1a6.9 6.9 0 0 1 0 9.8',
  reports: 'M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6',
  sources: 'M5.5 2.5v3M10.5 2.5v3M4 5.5h8v2.2a4 4 0 0 1-8 0zM8 11.7v2.3',
  settings:
    'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3M6 13a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10M10.7 10.7 14 14',
  help: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.3 6.2a1.8 1.8 0 1 1 2.6 1.7c-.6.3-.9.7-.9 1.4M8 11.3v.1',
  star: 'm8 2.2 1.75 3.6 3.95.55-2.85 2.8.7 3.95L8 11.2l-3.55 1.9.7-3.95L2.3 6.35l3.95-.55z',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.8V8l2.2 1.5',
  warning: 'M8 2.5 14.2 13H1.8zM8 6.5v3M8 11.2v.1',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  checkCircle: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.4 8.2l1.8 1.8 3.4-3.7',
  cross: 'm4 4 8 8M12 4l-8 8',
  crossCircle: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6 6l4 4M10 6l-4 4',
  dots: 'M3.5 8v.01M8 8v.01M12.5 8v.01',
  chevronDown: 'm4 6 4 4 4-4',
  chevronRight: 'm6 4 4 4-4 4',
  back: 'M13 8H3M7 4 3 8l4 4',
  external: 'M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9.5v3a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3',
  reply: 'M6.5 3 2.5 7l4 4M2.5 7h6a5 5 0 0 1 5 5v.8',
  note: 'M3 2.5h10v7.5L9.5 13.5H3zM9.5 13.5V10H13M5.5 5.5h5M5.5 8h3',
  send: 'M13.8 2.2 7 9M13.8 2.2 9.3 13.8 7 9 2.2 6.7z',
  link: 'M6.7 9.3a2.7 2.7 0 0 0 3.8 0l2.2-2.2a2.7 2.7 0 0 0-3.8-3.8l-.8.8M9.3 6.7a2.7 2.7 0 0 0-3.8 0L3.3 8.9a2.7 2.7 0 0 0 3.8 3.8l.8-.8',
  user: 'M8 7.5a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2M2.75 13.7c.5-2.4 2.6-3.9 5.25-3.9s4.75 1.5 5.25 3.9',
  tag: 'M2.5 2.5h5l6 6-5 5-6-6zM5.3 5.3v.01',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.8v10.4L13 8z',
  refresh: 'M13.3 6.5A5.5 5.5 0 0 0 3.2 5.3M2.7 9.5a5.5 5.5 0 0 0 10.1 1.2M3 2.5v3h3M13 13.5v-3h-3',
  plus: 'M8 3v10M3 8h10',
  upload: 'M8 10.5V2.5M4.8 5.5 8 2.3l3.2 3.2M2.5 10.5v2a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-2',
  moon: 'M13.2 9.6A5.7 5.7 0 0 1 6.4 2.8a5.7 5.7 0 1 0 6.8 6.8',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  sparkle: 'M8 2.5 9.4 6.6 13.5 8 9.4 9.4 8 13.5 6.6 9.4 2.5 8l4.1-1.4z',
  flag: 'M3.5 14V2.8M3.5 3h8.2l-1.6 2.8 1.6 2.7H3.5',
  signOut: 'M6.5 2.5h-3a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h3M10.5 11l3-3-3-3M13.5 8h-7',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9',
  key: 'M5.5 13a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M7.3 8.7l6-6M11 5l2 2',
  question: 'M6 5.8a2 2 0 1 1 2.9 1.8c-.6.3-.9.8-.9 1.6M8 11.5v.1',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8M8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6',
} as const
export type IconName = keyof typeof paths

export const Icon: FC<{ name: IconName; class?: string; filled?: boolean }> = ({ name, filled, ...props }) => (
  <svg
    class={`icon${filled ? ' icon-filled' : ''} ${props.class ?? ''}`}
    viewBox="0 0 16 16"
    width="16"
    height="16"
    aria-hidden="true"
    focusable="false"
  >
    <path d={paths[name]} />
  </svg>
)

/** Earshot's own mark: a source and the arcs that reach it. */
export const BrandMark: FC<{ size?: number }> = ({ size = 24 }) => (
  <svg class="brand-mark" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
    <circle cx="7" cy="12" r="2.6" />
    <path d="M12 6.8a7.4 7.4 0 0 1 0 10.4M15.6 3.4a12.2 12.2 0 0 1 0 17.2" />
  </svg>
)
