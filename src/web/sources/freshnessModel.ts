import type { FreshnessModel } from '../../../views/parts/Freshness.tsx'
import { dayMs } from '../../store/clocks.ts'
import { loadLag } from '../../store/rhythm.ts'
import type { Source } from '../../store/sources.ts'
import type { Web } from '../web.ts'

const lateDays = 14

export async function freshnessModel(web: Web, source: Source): Promise<FreshnessModel> {
  const now = web.clock.now()
  const { foundLate } = await loadLag(web.store.read, source.id, Math.floor(now / dayMs) - lateDays)
  return { ...alarmOf(source, now), foundLate }
}

/** For the pages that list several sources too. */
export function alarmOf(source: Source, now: number): FreshnessModel {
  const { freshness, silentSince } = source
  if (!freshness) return {}
  const silent = silentSince === null || source.state !== 'active' ? undefined : (now - freshness.newestAt) / 1000
  return { usual: freshness, silentSeconds: silent === undefined ? undefined : Math.round(silent) }
}
