import fc from 'fast-check'
import { expect, it } from 'vitest'
import { replayTurns, type ClockEvent } from './responseTime.ts'

const minute = 60_000
const received = (at: number, mentionSeq = at, opensClock = true): ClockEvent => ({
  kind: 'mention.received',
  at: at * minute,
  recordedAt: at * minute + 5000,
  opensClock,
  mentionSeq,
})
const reply = (at: number, isAck = false): ClockEvent => ({
  kind: 'reply.sent',
  at: at * minute,
  recordedAt: at * minute,
  isAck,
})
const state = (at: number, to: string): ClockEvent => ({
  kind: 'thread.state',
  at: at * minute,
  recordedAt: at * minute,
  to,
})

it('counts the timeline of six answers as 60 minutes from the first item to the first human reply', () => {
  const turns = replayTurns([received(0), reply(0.1, true), received(40), reply(60)], 240 * minute, 100 * minute)
  expect(turns).toHaveLength(1)
  expect(turns[0]).toMatchObject({ number: 1, state: 'met', wallMs: 60 * minute, teamMs: 60 * minute - 5000 })
})

it('opens a new turn for what comes after the reply', () => {
  const turns = replayTurns([received(0), reply(10), received(20), received(30)], 60 * minute, 200 * minute)
  expect(turns.map((turn) => [turn.number, turn.state, turn.startedAt / minute])).toEqual([
    [1, 'met', 0],
    [2, 'breached', 20],
  ])
})

it('is late when the reply came after the target, breached while none came', () => {
  expect(replayTurns([received(0), reply(61)], 60 * minute, 0)[0]).toMatchObject({ state: 'met_late' })
  expect(replayTurns([received(0)], 60 * minute, 61 * minute)[0]).toMatchObject({ state: 'breached' })
  expect(replayTurns([received(0)], null, 9e9 * minute)[0]).toMatchObject({ state: 'running' })
  expect(replayTurns([received(0), reply(9e6)], null, 0)[0]).toMatchObject({ state: 'met', wallMs: 9e6 * minute })
  expect(replayTurns([received(0)], null, 0)[0]).not.toHaveProperty('dueAt')
  expect(replayTurns([received(0)], 60 * minute, 60 * minute)[0]).toMatchObject({ state: 'running' })
})

it('opens nothing for history and own posts', () => {
  expect(replayTurns([received(0, 1, false), reply(5)], minute, 0)).toEqual([])
})

it('leaves the denominator when every item of the turn is deleted, not before', () => {
  const deleted = (seq: number): ClockEvent => ({
    kind: 'mention.deleted',
    at: 9 * minute,
    recordedAt: 9 * minute,
    mentionSeq: seq,
  })
  expect(replayTurns([received(0, 1), received(1, 2), deleted(1)], minute * 60, 0)[0]).toMatchObject({
    state: 'running',
  })
  expect(replayTurns([received(0, 1), received(1, 2), deleted(1), deleted(2)], minute * 60, 0)[0]).toMatchObject({
    state: 'cancelled',
  })
})

it('is closed unanswered by resolving, cancelled by spam, untouched by snoozing', () => {
  expect(replayTurns([received(0), state(5, 'resolved')], minute, 0)[0]).toMatchObject({ state: 'closed_unanswered' })
  expect(replayTurns([received(0), state(5, 'spam')], minute, 0)[0]).toMatchObject({ state: 'cancelled' })
  expect(replayTurns([received(0), state(5, 'snoozed')], 60 * minute, 0)[0]).toMatchObject({ state: 'running' })
})

it('never reports a negative duration, whatever the clocks of the platform say', () => {
  const event = fc.oneof(
    fc.record({ at: fc.integer({ min: 0, max: 500 }), ack: fc.boolean() }).map(({ at, ack }) => reply(at, ack)),
    fc.integer({ min: 0, max: 500 }).map((at) => received(at)),
    fc
      .record({ at: fc.integer({ min: 0, max: 500 }), to: fc.constantFrom('resolved', 'open', 'spam') })
      .map(({ at, to }) => state(at, to)),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      for (const turn of replayTurns(events, 30 * minute, 1000 * minute)) {
        expect(turn.wallMs ?? 0).toBeGreaterThanOrEqual(0)
        expect(turn.teamMs ?? 0).toBeGreaterThanOrEqual(0)
        expect(turn.stoppedAt === undefined).toBe(turn.state === 'running' || turn.state === 'breached')
      }
    }),
  )
})
