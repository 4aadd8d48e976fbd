import type { TopicFigures } from '../../../views/pages/Topics.tsx'
import { wilson } from '../../domain/interval.ts'
import { dayMs } from '../../store/clocks.ts'
import type { TopicCount } from '../../store/topics.ts'
import type { Ctx } from '../web.ts'

const spans = [7, 30, 90]

export function readDays(c: Ctx): number {
  return spans.find((days) => String(days) === c.req.query('days')) ?? 30
}

export interface Days {
  days: number
  fromDay: number
  toDay: number
}

/** Days of UTC, as in the roll-up; today is the last. */
export function spanOf(now: number, days: number): Days {
  const toDay = Math.floor(now / dayMs)
  return { days, fromDay: toDay - days + 1, toDay }
}

/** A topic's figures in a span and in the one before it. */
export function figuresOf(
  counts: readonly TopicCount[],
  topicSeq: number,
  { days, fromDay, toDay }: Days,
): TopicFigures {
  const own = counts.filter((row) => row.topicSeq === topicSeq)
  const within = (from: number, to: number) => {
    const rows = own.filter((row) => row.day >= from && row.day <= to)
    const sum = (list: readonly TopicCount[]) => list.reduce((total, row) => total + row.count, 0)
    return { mentions: sum(rows), negative: sum(rows.filter((row) => row.sentiment === 'negative')) }
  }
  const now = within(fromDay, toDay)
  return {
    ...now,
    ...(now.mentions === 0 ? {} : { interval: wilson(now.negative, now.mentions) }),
    before: within(fromDay - days, fromDay - 1),
  }
}
