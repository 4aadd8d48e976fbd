import type { ReplyLimit } from '../../../src/connector/contract.ts'

/** The four places of the demo world. One source listens to one of them. */
export const channels = ['social', 'forum', 'reviews', 'video'] as const
export type Channel = (typeof channels)[number]

export interface ChannelFacts {
  name: string
  /** First letter of every externalId of this channel. */
  letter: string
  /** How our own posts are signed. */
  own: { externalId: string; handle: string; name: string }
  limits: ReplyLimit[]
  /** Conversations that begin in ten days of history. */
  perCycle: number
  /** Share of all live conversations. */
  liveShare: number
}

export const channelFacts: Record<Channel, ChannelFacts> = {
  social: {
    name: 'Demo Social',
    letter: 's',
    own: { externalId: 'u-tamsel', handle: 'tamsel', name: 'Tamsel' },
    limits: [{ unit: 'graphemes', max: 300 }],
    perCycle: 66,
    liveShare: 0.62,
  },
  forum: {
    name: 'Demo Forum',
    letter: 'f',
    own: { externalId: 'u-tamsel-team', handle: 'tamsel_team', name: 'Tamsel team' },
    limits: [{ unit: 'chars', max: 10_000 }],
    perCycle: 15,
    liveShare: 0.12,
  },
  reviews: {
    name: 'Demo Reviews',
    letter: 'r',
    own: { externalId: 'u-tamsel-owner', handle: 'tamsel-owner', name: 'Tamsel' },
    limits: [{ unit: 'chars', max: 350 }],
    perCycle: 44,
    liveShare: 0.13,
  },
  video: {
    name: 'Demo Video',
    letter: 'v',
    own: { externalId: 'u-tamsel-studio', handle: 'tamsel-studio', name: 'Tamsel Studio' },
    limits: [],
    perCycle: 16,
    liveShare: 0.13,
  },
}

/** The channel of an item's id; undefined when the id is not of this world. */
export function channelOf(externalId: string): Channel | undefined {
  return channels.find((channel) => channelFacts[channel].letter === externalId[0])
}

/** Where a person could open it. `.invalid` never resolves: a click cannot leave for a stranger's site. */
export function itemUrl(channel: Channel, externalId: string, handle: string): string {
  const path = {
    social: `@${handle}/${externalId}`,
    forum: `t/${externalId}`,
    reviews: `r/${externalId}`,
    video: `c/${externalId}`,
  }
  return `https://demo.invalid/${channel}/${path[channel]}`
}
