import { CoveragePage, type CoveragePageModel } from '../../../views/pages/Coverage.tsx'
import { dayMs } from '../../store/clocks.ts'
import { listCoverage, listSources } from '../../store/sources.ts'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'
import { coverageDays, coverageModel, isAsked } from './coverageModel.ts'

export async function showCoverage(c: Ctx): Promise<Response> {
  const { store, registry, clock } = c.get('web')
  const to = clock.now()
  const from = to - coverageDays * dayMs
  const asked = (await listSources(store.read)).filter((one) => isAsked(registry.manifest(one.connector)))
  const sources: CoveragePageModel['sources'] = []
  for (const source of asked) {
    const manifest = registry.manifest(source.connector)
    const rows = await listCoverage(store.read, [source.id], from)
    sources.push({
      id: source.id,
      name: source.name,
      network: manifest?.platform ?? source.connector,
      coverage: coverageModel(source, manifest, rows, from, to),
    })
  }
  const { t } = viewOf(c)
  return respond(c, { title: t.coverage.title, section: 'sources', page: () => <CoveragePage model={{ sources }} /> })
}
