import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { CoverageBar, HoleTable } from '../parts/charts/CoverageBar.tsx'
import type { CoverageModel } from '../parts/charts/CoverageBar.tsx'
import { PageHead } from '../parts/EmptyState.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { urls } from '../urls.ts'

export interface CoveragePageModel {
  sources: { id: string; name: string; network: string; coverage: CoverageModel }[]
}

/** A strip for each source, and one table of everything that was missed. */
export const CoveragePage: FC<{ model: CoveragePageModel }> = ({ model }) => {
  const { t } = useView()
  const holes = model.sources.flatMap(({ id, name, coverage }) =>
    [...coverage.holes, ...coverage.mended].map((hole) => ({ ...hole, source: { id, name } })),
  )
  return (
    <>
      <PageHead title={t.coverage.title} lead={t.coverage.lead} back={{ href: urls.sources(), label: t.nav.sources }} />
      {model.sources.length === 0 ? (
        <p class="muted">{t.coverage.noSources}</p>
      ) : (
        <>
          {model.sources.map((source) => (
            <section class="coverage-source">
              <h2>
                <NetworkMark network={source.network} labelled /> <a href={urls.source(source.id)}>{source.name}</a>
              </h2>
              <CoverageBar coverage={source.coverage} id={`coverage-${source.id}`} label={source.name} />
            </section>
          ))}
          <section class="section">
            <h2>{t.coverage.table}</h2>
            <HoleTable holes={holes} title={t.coverage.table} />
          </section>
        </>
      )}
    </>
  )
}
