import { z } from 'zod'
import { channels } from './world/channel.ts'

export const configSchema = z.object({
  channel: z
    .enum(channels)
    .default('social')
    .meta({
      title: 'Place',
      help: 'Which of the four places of the demo world this source listens to: short posts, a forum, star reviews or video comments.',
      options: { social: 'Short posts', forum: 'Forum', reviews: 'Reviews', video: 'Video comments' },
    }),
  seed: z.number().int().min(0).max(1_000_000).default(7).meta({
    title: 'World number',
    help: 'Another number is another world: other people write other things at other times. The same number is always the same world.',
  }),
  speed: z.number().min(0).max(60).default(1).meta({
    title: 'Speed',
    help: 'How much arrives while you watch. 1 is about three conversations a minute over all four places, calming down after the first hour; 0 leaves only the history and its daily rhythm.',
  }),
  outages: z.boolean().default(true).meta({
    title: 'Outages',
    help: 'Every few hours the place is away for some minutes and hands out afterwards what was written meanwhile.',
  }),
  answers: z.boolean().default(true).meta({
    title: 'Customers answer',
    help: 'Some customers answer your replies after a few minutes, so that a conversation goes on.',
  }),
})
export type Config = z.infer<typeof configSchema>
