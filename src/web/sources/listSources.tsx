import { SourcesPage } from '../../../views/pages/Sources.tsx'
import { dayMs } from '../../store/clocks.ts'
import { loadVolume } from '../../store/reports.ts'
import { countHeard, listSources } from '../../store/sources.ts'
import { alarmOf } from './freshnessModel.ts'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'

const shownDays = 14

export async function showSources(c: Ctx): Promise<Response> {
  const { store, registry, clock } = c.get('web')
  const today = Math.floor(clock.now() / dayMs)
  const heard = await countHeard(store.read, 0)
  const volume = await loadVolume(store.read, { fromDay: today - shownDays + 1, toDay: today, querySeq: 0 })
  const sources = (await listSources(store.read)).map((source) => {
    const manifest = registry.manifest(source.connector)
    const days = Array.from({ length: shownDays }, (_, index) => today - shownDays + 1 + index)
    return {
      id: source.id,
      name: source.name,
      network: manifest?.platform ?? source.connector,
      connectorName: manifest?.name ?? source.connector,
      state: source.state,
      heardAt: source.lastSuccessAt ?? undefined,
      nextPollAt: source.state === 'paused' ? undefined : source.nextPollAt,
      error: source.lastError?.message,
      freshness: alarmOf(source, clock.now()),
      mentions: heard.get(source.id) ?? 0,
      daily: days.map((day) => sum(volume.filter((row) => row.day === day && row.sourceId === source.id))),
    }
  })
  const title = viewOf(c).t.nav.sources
  return respond(c, { title, section: 'sources', page: () => <SourcesPage model={{ sources }} /> })
}

function sum(rows: readonly { count: number }[]): number {
  return rows.reduce((total, row) => total + row.count, 0)
}
