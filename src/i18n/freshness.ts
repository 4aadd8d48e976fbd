import type { HoleCause } from '../domain/coverage.ts'

/** How fresh and how complete what we hear is. */
export const freshness = {
  title: 'How often something comes',
  usual: 'Usually',
  every: (span: string) => `every ${span}`,
  newest: 'Newest item',
  lag: 'Time to arrival',
  lagText: (p50: string, p95: string) => `half within ${p50}, 95 % within ${p95}`,
  alarm: 'Silence is an alarm from',
  learned: (items: string, days: string) => `Learned from ${items} items in ${days} days that were really read.`,
  falseAlarms: 'Of a healthy source, one false alarm in ten months is to be expected.',
  tooLittle: 'Too little has come yet to say what is usual: twenty items and three days that were read are needed.',
  silentTitle: 'Nothing comes any more',
  silent: (every: string, silence: string) =>
    `Usually an item comes every ${every}; nothing for ${silence}, although every poll succeeds.`,
  silentHelp:
    'Look at the platform: a renamed account, a changed search or a hidden block looks like this. The alarm ends by itself with the next item.',
  silentShort: 'Silent',
  silentSources: (n: number) => (n === 1 ? '1 source has gone silent' : `${n} sources have gone silent`),
  foundLate: 'Found late',
  foundLateText: (n: string) => `${n} in 14 days, by reading the last day again`,
  silentSource: (name: string) => `${name} has gone silent: polls succeed and bring nothing.`,
}

export const coverage = {
  title: 'What was really read',
  lead: 'The last 30 days of every source. Numbers of a time that was not read are too low, not small.',
  link: 'What was read',
  none: 'Everything was read.',
  noSources: 'No source is asked by Earshot, so there is nothing to miss.',
  table: 'What was not read',
  source: 'Source',
  from: 'From',
  until: 'Until',
  lasted: 'Lasted',
  cause: 'Why',
  state: 'Read again?',
  before: 'Before it was connected',
  more: (n: number) => `and ${n} shorter ones`,
  isOn: (price: string) => `Gaps are read again by themselves. That costs ${price}.`,
  isOff: (price: string) => `Gaps are not read again, because that costs ${price}.`,
  switchOn: 'Read gaps again',
  switchOff: 'Stop reading gaps again',
  causes: {
    gap: 'The platform gave no more',
    outage: 'The platform, or the way to it, failed',
    paused: 'Paused by somebody',
    limited: 'The limit of the platform was reached',
    unknown: 'Earshot was not running',
  } satisfies Record<HoleCause, string>,
  fills: {
    open: 'Waits for its turn',
    reading: 'Is being read again',
    filled: 'Read again',
    partly: 'Read again in part',
    lost: 'Cannot be read again',
    off: 'Not by itself: it costs money',
    never: 'The platform has no way to ask for the past',
  },
}
