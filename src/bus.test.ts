import { expect, it } from 'vitest'
import { createBus } from './bus.ts'
import type { Notice } from './store/store.ts'

function makeBus(size = 3) {
  let told: (notices: Notice[]) => void = () => undefined
  const store = {
    onCommit(listener: (notices: Notice[]) => void) {
      told = listener
      return () => (told = () => undefined)
    },
  }
  const bus = createBus({ store, now: () => 1_000_000, size })
  return { bus, commit: (...ids: string[]) => told(ids.map((sourceId) => ({ type: 'source', sourceId }))) }
}

it('replays what came after an id, in order', () => {
  const { bus, commit } = makeBus()
  commit('a', 'b')
  const seen = bus.lastId()
  commit('c', 'd')
  expect(bus.since(seen)?.map((event) => event.notice)).toEqual([
    { type: 'source', sourceId: 'c' },
    { type: 'source', sourceId: 'd' },
  ])
  expect(bus.since(bus.lastId())).toEqual([])
})

it('says that it cannot replay when too much was missed, or the id is from another start', () => {
  const { bus, commit } = makeBus(3)
  const start = bus.lastId()
  commit('a', 'b', 'c')
  expect(bus.since(start)).toHaveLength(3)
  commit('d')
  expect(bus.since(start)).toBeUndefined()
  for (let i = 0; i < 20; i++) commit(String(i))
  expect(bus.since(start)).toBeUndefined()
  expect(bus.since('other-1')).toBeUndefined()
  expect(bus.since('<script>')).toBeUndefined()
})

it('tells listeners until they leave', () => {
  const { bus, commit } = makeBus()
  const heard: string[] = []
  const leave = bus.subscribe(({ notice }) => heard.push(notice.type))
  commit('a')
  leave()
  commit('b')
  expect(heard).toEqual(['source'])
})
