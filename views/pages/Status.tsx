import type { FC } from 'hono/jsx'
import type { SourceState } from '../../src/domain/source.ts'
import { useView } from '../context.tsx'
import { formatDuration, formatNumber } from '../format.ts'
import { PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { SourceStatus } from '../parts/SourceStatus.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface StatusModel {
  /** Finished sentences of what is wrong now, worst first; empty: all is well. */
  problems: { text: string; href?: string | undefined }[]
  version: string
  startedAt: number
  database: 'SQLite' | 'PostgreSQL'
  /** Bytes. */
  databaseSize?: number | undefined
  jobs: { kind: string; waiting: number; running: number; failed: number; oldestSeconds: number }[]
  replies: { queued: number; unknown: number; needsPerson: number }
  sources: {
    id: string
    name: string
    network: string
    state: SourceState
    silent?: boolean | undefined
    lagSeconds?: number | undefined
  }[]
  backup?: { at: number; file: string } | undefined
}

export const StatusPage: FC<{ model: StatusModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  const well = model.problems.length === 0
  return (
    <>
      <PageHead title={t.nav.status} />
      <section class={`outcome${well ? '' : ' outcome-warn'}`}>
        <h2>
          <Icon name={well ? 'checkCircle' : 'warning'} />{' '}
          {well ? t.status.well : t.status.troubled(model.problems.length)}
        </h2>
        {!well && (
          <ul class="plain-list">
            {model.problems.map((problem) => (
              <li>{problem.href ? <a href={problem.href}>{problem.text}</a> : problem.text}</li>
            ))}
          </ul>
        )}
      </section>
      <dl class="stats">
        <Stat name={t.status.version} value={model.version} />
        <div>
          <dt>{t.status.started}</dt>
          <dd>
            <Time at={model.startedAt} long />
          </dd>
        </div>
        <Stat
          name={t.status.database}
          value={
            model.databaseSize === undefined
              ? model.database
              : `${model.database}, ${t.status.megabytes(n(Math.round(model.databaseSize / 1e6)))}`
          }
        />
        <div>
          <dt>{t.status.backup}</dt>
          <dd>{model.backup ? <Time at={model.backup.at} long /> : t.status.noBackup}</dd>
        </div>
        <div>
          <dt>{t.status.replies}</dt>
          <dd>
            <a href={urls.inbox({ view: 'attention' })}>
              {t.status.replyCounts(n(model.replies.queued), n(model.replies.unknown + model.replies.needsPerson))}
            </a>
          </dd>
        </div>
      </dl>
      <section class="section">
        <h2 id="status-sources">{t.nav.sources}</h2>
        <ul class="plain-list status-sources">
          {model.sources.map((source) => (
            <li>
              <NetworkMark network={source.network} labelled /> <a href={urls.source(source.id)}>{source.name}</a>{' '}
              <SourceStatus state={source.state} />
              {source.silent && <span class="status status-warn">{t.freshness.silentShort}</span>}
              {source.lagSeconds !== undefined && (
                <span class="muted">{t.status.lag(formatDuration(source.lagSeconds, locale))}</span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section class="section">
        <h2 id="jobs-title">{t.status.jobs}</h2>
        <div class="table-scroll">
          <table aria-labelledby="jobs-title">
            <thead>
              <tr>
                <th scope="col">{t.status.kind}</th>
                {[t.status.waiting, t.status.running, t.status.failed, t.status.oldest].map((name) => (
                  <th scope="col" class="num">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {model.jobs.map((job) => (
                <tr>
                  <th scope="row">{job.kind}</th>
                  <td class="num">{n(job.waiting)}</td>
                  <td class="num">{n(job.running)}</td>
                  <td class="num">{n(job.failed)}</td>
                  <td class="num">{job.oldestSeconds === 0 ? '–' : formatDuration(job.oldestSeconds, locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  )
}

const Stat: FC<{ name: string; value: string }> = ({ name, value }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
)
