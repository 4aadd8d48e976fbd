import type { FC } from 'hono/jsx'
import type { SourceState } from '../../src/domain/source.ts'
import type { StreamState } from '../../src/domain/stream.ts'
import { useView } from '../context.tsx'
import { formatDuration, formatNumber } from '../format.ts'
import { PostButton } from '../forms/Form.tsx'
import { PageHead } from '../parts/EmptyState.tsx'
import { CoverageBar, HoleTable } from '../parts/charts/CoverageBar.tsx'
import type { CoverageModel } from '../parts/charts/CoverageBar.tsx'
import { FileUpload } from '../parts/FileUpload.tsx'
import type { FileUploadModel } from '../parts/FileUpload.tsx'
import { Freshness, SilenceAlarm } from '../parts/Freshness.tsx'
import type { FreshnessModel } from '../parts/Freshness.tsx'
import { Icon } from '../parts/icons.tsx'
import { NetworkMark, networkName } from '../parts/Network.tsx'
import { SourceStatus } from '../parts/SourceStatus.tsx'
import { ExactTime, Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface SourceModel {
  id: string
  name: string
  network: string
  connectorName: string
  account?: string | undefined
  state: SourceState
  /** What happened, what was kept, what to do. */
  trouble?: { title: string; text: string; action: 'reconnect' | 'edit' | 'wait' | 'none'; at: number } | undefined
  heardAt?: number | undefined
  nextPollAt?: number | undefined
  intervalSeconds: number
  mentions: number
  canReply: boolean
  /** Present where the platform has a stream. */
  stream?: SourceStreamModel | undefined
  coverage: CoverageModel
  /** Present where reading gaps again costs money. */
  backfill?: { isOn: boolean; price: string } | undefined
  /** False where things are told instead of asked for: nothing to miss. */
  asked: boolean
  freshness: FreshnessModel
  runs: SourceRun[]
  quarantine: QuarantinedRecord[]
  /** Where a webhook source is posted to. */
  hookUrl?: string | undefined
  /** Present where the source is fed by files instead of being asked. */
  upload?: FileUploadModel | undefined
  /** Owners and admins. */
  canEdit: boolean
}

export interface SourceStreamModel extends StreamState {
  summary: string
  price?: string | undefined
}

export interface SourceRun {
  at: number
  durationMs: number
  outcome: 'ok' | 'failed' | 'running'
  items: number
  fresh: number
  message?: string | undefined
}

export interface QuarantinedRecord {
  id: string
  at: number
  error: string
  /** First part of the raw record. */
  raw: string
}

export const SourcePage: FC<{ model: SourceModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <>
      <PageHead title={model.name} back={{ href: urls.sources(), label: t.nav.sources }}>
        <SourceActions model={model} />
      </PageHead>
      <p class="source-sub">
        <SourceStatus state={model.state} />
        <span>
          <NetworkMark network={model.network} /> {model.connectorName || networkName(model.network)}
        </span>
        {model.account && <span class="muted">{model.account}</span>}
      </p>
      <SilenceAlarm freshness={model.freshness} />
      {model.trouble && <Trouble model={model} trouble={model.trouble} />}
      <dl class="stats">
        <div>
          <dt>{t.source.mentions}</dt>
          <dd>
            <a href={urls.inbox({ view: 'all', source: model.id })}>{formatNumber(model.mentions, locale)}</a>
          </dd>
        </div>
        {!model.upload && <Rhythm model={model} />}
        <div>
          <dt>{t.source.replies}</dt>
          <dd>{model.canReply ? t.sources.canReply : t.sources.readOnly}</dd>
        </div>
      </dl>
      {model.hookUrl && (
        <section class="section">
          <h2>{t.source.hook}</h2>
          <p>{t.source.hookText}</p>
          <code class="copy-line">{model.hookUrl}</code>
        </section>
      )}
      {model.upload && model.canEdit && <FileUpload sourceId={model.id} model={model.upload} />}
      {model.stream && <Streaming model={model} stream={model.stream} />}
      {model.asked && !model.upload && <Freshness freshness={model.freshness} />}
      {model.asked && !model.upload && (
        <section class="section">
          <h2>{t.source.coverage}</h2>
          <p class="help">{t.source.coverageText}</p>
          <CoverageBar coverage={model.coverage} />
          <HoleTable
            holes={[...model.coverage.holes, ...model.coverage.mended]}
            title={t.coverage.table}
            sourceId={model.id}
          />
          {model.backfill && <BackfillSwitch model={model} backfill={model.backfill} />}
        </section>
      )}
      <Quarantine model={model} />
      <Runs runs={model.runs} />
    </>
  )
}

/** Reading the past again costs money here: a person decides. */
const BackfillSwitch: FC<{ model: SourceModel; backfill: NonNullable<SourceModel['backfill']> }> = ({
  model,
  backfill,
}) => {
  const { t } = useView()
  return (
    <div class="button-row backfill-switch">
      <span>{backfill.isOn ? t.coverage.isOn(backfill.price) : t.coverage.isOff(backfill.price)}</span>
      {model.canEdit && (
        <PostButton action={urls.sourceBackfill(model.id)} values={{ enabled: backfill.isOn ? '0' : '1' }}>
          {backfill.isOn ? t.coverage.switchOff : t.coverage.switchOn}
        </PostButton>
      )}
    </div>
  )
}

/** When it was asked and will be. */
const Rhythm: FC<{ model: SourceModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <>
      <div>
        <dt>{t.source.heard}</dt>
        <dd>{model.heardAt === undefined ? t.sources.never : <Time at={model.heardAt} long />}</dd>
      </div>
      <div>
        <dt>{t.source.next}</dt>
        <dd>{model.nextPollAt === undefined ? t.source.noPoll : <Time at={model.nextPollAt} long />}</dd>
      </div>
      <div>
        <dt>{t.source.interval}</dt>
        <dd>{formatDuration(model.intervalSeconds, locale)}</dd>
      </div>
    </>
  )
}

const streamMarks = {
  off: ['plain', 'refresh'],
  connecting: ['plain', 'refresh'],
  catching_up: ['plain', 'refresh'],
  streaming: ['good', 'check'],
  polling: ['warn', 'warning'],
} as const

/** How it is listened to, why not otherwise, and the switch. */
const Streaming: FC<{ model: SourceModel; stream: SourceStreamModel }> = ({ model, stream }) => {
  const { t } = useView()
  const [tone, icon] = streamMarks[stream.mode]
  return (
    <section class="section">
      <h2>{t.streams.title}</h2>
      <p>
        {t.streams.listening}:{' '}
        <span class={`status status-${tone}`}>
          <Icon name={icon} /> {t.streams.mode[stream.mode]}
        </span>{' '}
        {stream.since !== undefined && (
          <span class="muted">
            {t.streams.since} <Time at={stream.since} long />
          </span>
        )}
      </p>
      {stream.reason !== undefined && (
        <p>
          {t.streams.why}{' '}
          <span dir="auto" hx-ignore="">
            {stream.reason}
          </span>{' '}
          {t.streams.retry}
        </p>
      )}
      <p class="help">
        {stream.summary} {t.streams.lead}
        {stream.price !== undefined && (
          <>
            {' '}
            {t.streams.price} {stream.price}
          </>
        )}
      </p>
      {model.canEdit && (
        <PostButton action={urls.sourceStream(model.id)} values={{ on: stream.isOn ? '0' : '1' }}>
          {stream.isOn ? t.streams.turnOff : t.streams.turnOn}
        </PostButton>
      )}
    </section>
  )
}

const SourceActions: FC<{ model: SourceModel }> = ({ model }) => {
  const { t } = useView()
  const paused = model.state === 'paused'
  if (!model.canEdit) return null
  return (
    <>
      {!model.upload && (
        <>
          <PostButton action={urls.sourceRuns(model.id)}>
            <Icon name="refresh" /> {t.source.run}
          </PostButton>
          <PostButton action={urls.sourcePause(model.id)} values={{ paused: paused ? '0' : '1' }}>
            <Icon name={paused ? 'play' : 'pause'} /> {paused ? t.source.resume : t.source.pause}
          </PostButton>
        </>
      )}
      <a class="button" href={urls.sourceEdit(model.id)}>
        {t.source.edit}
      </a>
      <details class="menu" data-menu>
        <summary class="icon-button">
          <Icon name="dots" />
          <span class="sr">{t.source.more}</span>
        </summary>
        <div class="menu-panel">
          <p class="menu-text">{t.source.removeText}</p>
          <PostButton action={urls.sourceRemoval(model.id)} class="button button-danger">
            <Icon name="trash" /> {t.source.remove}
          </PostButton>
        </div>
      </details>
    </>
  )
}

const Trouble: FC<{ model: SourceModel; trouble: NonNullable<SourceModel['trouble']> }> = ({ model, trouble }) => {
  const { t } = useView()
  return (
    <div class={`trouble${trouble.action === 'wait' ? ' trouble-wait' : ''}`} role="alert">
      <Icon name="warning" />
      <div>
        <h2>{trouble.title}</h2>
        <p>{trouble.text}</p>
        <p class="muted">
          {t.source.since} <ExactTime at={trouble.at} />
        </p>
        {model.canEdit && trouble.action === 'reconnect' && (
          <a class="button button-primary" href={urls.sourceEdit(model.id)}>
            {t.source.reconnect}
          </a>
        )}
        {model.canEdit && trouble.action === 'edit' && (
          <a class="button button-primary" href={urls.sourceEdit(model.id)}>
            {t.source.edit}
          </a>
        )}
      </div>
    </div>
  )
}

const Quarantine: FC<{ model: SourceModel }> = ({ model }) => {
  const { t, locale } = useView()
  if (model.quarantine.length === 0) return null
  return (
    <section class="section">
      <h2>
        {t.source.quarantine} <span class="count count-bad">{formatNumber(model.quarantine.length, locale)}</span>
      </h2>
      <p class="help">{t.source.quarantineText}</p>
      <ul class="record-list">
        {model.quarantine.map((record) => (
          <li>
            <details>
              <summary>
                <Icon name="chevronRight" />
                <span dir="auto" hx-ignore="">
                  {record.error}
                </span>
                <Time at={record.at} />
              </summary>
              <pre class="raw" hx-ignore="">
                {record.raw}
              </pre>
              {model.canEdit && (
                <div class="button-row">
                  <PostButton
                    action={urls.quarantined(model.id, record.id)}
                    values={{ decision: 'retry' }}
                    class="button button-small"
                  >
                    {t.source.retry}
                  </PostButton>
                  <PostButton
                    action={urls.quarantined(model.id, record.id)}
                    values={{ decision: 'discard' }}
                    class="button button-small"
                  >
                    {t.source.discard}
                  </PostButton>
                </div>
              )}
            </details>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Runs: FC<{ runs: SourceRun[] }> = ({ runs }) => {
  const { t, locale } = useView()
  if (runs.length === 0) return null
  return (
    <section class="section">
      <h2 id="runs-title">{t.source.runs}</h2>
      <div class="table-scroll">
        <table aria-labelledby="runs-title">
          <thead>
            <tr>
              <th scope="col">{t.source.when}</th>
              <th scope="col">{t.source.outcome}</th>
              <th scope="col" class="num">
                {t.source.took}
              </th>
              <th scope="col" class="num">
                {t.source.items}
              </th>
              <th scope="col" class="num">
                {t.source.fresh}
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <tr>
                <td>
                  <Time at={run.at} long />
                </td>
                <td>
                  <span
                    class={`status status-${run.outcome === 'failed' ? 'bad' : run.outcome === 'ok' ? 'good' : 'plain'}`}
                  >
                    {t.runOutcome[run.outcome]}
                  </span>
                  {run.message && <span class="cell-note"> {run.message}</span>}
                </td>
                <td class="num">
                  {t.source.seconds((run.durationMs / 1000).toLocaleString(locale, { maximumFractionDigits: 1 }))}
                </td>
                <td class="num">{formatNumber(run.items, locale)}</td>
                <td class="num">{formatNumber(run.fresh, locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
