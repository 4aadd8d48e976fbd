import type { FC } from 'hono/jsx'
import type { TagPoint, TagReport } from '../../src/domain/tagReport.ts'
import { useView } from '../context.tsx'
import { SelectField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { NetworkMark } from '../parts/Network.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { Time } from '../parts/Time.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'

const modes = ['off', 'suggest', 'set'] as const
export type TagMode = (typeof modes)[number]

export interface TaughtTagsModel {
  tags: { id: string; name: string; threads: number; mode?: TagMode | undefined; open: number }[]
}

export const TaughtTagsPage: FC<{ model: TaughtTagsModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <UnderstandingFrame tab="tags">
      <p class="lead">{t.taught.lead}</p>
      {model.tags.length === 0 ? (
        <EmptyState icon="tag" title={t.taught.empty} text={t.taught.emptyText}>
          <a class="button" href={urls.inbox()}>
            {t.taught.toInbox}
          </a>
        </EmptyState>
      ) : (
        <div class="table-scroll">
          <table class="table-rows" aria-label={t.taught.caption}>
            <thead>
              <tr>
                <th scope="col">{t.taught.tag}</th>
                <th scope="col" class="num">
                  {t.taught.threads}
                </th>
                <th scope="col">{t.taught.state}</th>
                <th scope="col" class="num">
                  {t.taught.waiting}
                </th>
              </tr>
            </thead>
            <tbody>
              {model.tags.map((tag) => (
                <tr>
                  <th scope="row">
                    <a href={urls.taughtTag(tag.id)} data-row-link>
                      <Plain text={tag.name} />
                    </a>
                  </th>
                  <td class="num">
                    <a href={urls.inbox({ view: 'all', tag: tag.name })}>{formatNumber(tag.threads, locale)}</a>
                  </td>
                  <td>{tag.mode ? t.taught.modes[tag.mode] : t.taught.untrained}</td>
                  <td class="num">{formatNumber(tag.open, locale)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </UnderstandingFrame>
  )
}

export interface TaughtTagModel {
  id: string
  name: string
  threads: number
  canTeach: boolean
  canDecide: boolean
  few: boolean
  /** Decisions that the newest version has not learned from. */
  decisions: number
  /** Absent: never trained. */
  use?: { mode: TagMode; threshold: number; version?: number | undefined } | undefined
  versions: { version: number; report: TagReport; at: number; by?: string | undefined }[]
  suggestions: {
    threadId: string
    network: string
    author: string
    at: number
    text: string
    score: number
    because: string[]
  }[]
}

export const TaughtTagPage: FC<{ model: TaughtTagModel }> = ({ model }) => {
  const { t, locale } = useView()
  const shown = model.versions.find((one) => one.version === model.use?.version) ?? model.versions[0]
  return (
    <>
      <PageHead title={model.name} back={{ href: urls.taughtTags(), label: t.understanding.tabs.tags }} />
      <div class="split">
        <div>
          {shown && <Report version={shown.version} report={shown.report} />}
          {model.versions.length > 0 && <Suggestions model={model} />}
        </div>
        <div>
          <section class="section">
            <h2>{t.taught.train}</h2>
            <p class="help">{t.taught.trainHelp(formatNumber(model.threads, locale))}</p>
            {model.few && <p class="notice notice-warn">{t.taught.few}</p>}
            {model.versions.length > 0 && model.decisions > 0 && (
              <p>{t.taught.since(formatNumber(model.decisions, locale), model.decisions)}</p>
            )}
            {model.canTeach && (
              <PostButton
                action={urls.tagTraining(model.id)}
                class={model.versions.length === 0 ? 'button button-primary' : 'button'}
              >
                {t.taught.train}
              </PostButton>
            )}
          </section>
          {model.canTeach && model.versions.length > 0 && <UseForm model={model} />}
          {model.versions.length > 0 && <Versions model={model} />}
        </div>
      </div>
    </>
  )
}

const Report: FC<{ version: number; report: TagReport }> = ({ version, report }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  return (
    <section class="section">
      <h2>
        {t.taught.report} ({t.taught.version(version)})
      </h2>
      <p class="help">{t.taught.reportHelp}</p>
      {/* A table without links scrolls sideways on phones: the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section class="table-scroll" aria-label={t.taught.report} tabindex={0}>
        <table class="table-rows" aria-label={t.taught.report}>
          <thead>
            <tr>
              <th scope="col">{t.taught.threshold}</th>
              {[t.taught.suggested, t.taught.right, t.taught.precision, t.taught.found].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {report.points.map((point) => (
              <tr>
                <th scope="row">{formatPercent(point.threshold, locale)}</th>
                <td class="num">{number(point.suggested)}</td>
                <td class="num">{number(point.right)}</td>
                <td class="num">
                  {point.suggested === 0 ? '–' : formatPercent(point.right / point.suggested, locale)}
                </td>
                <td class="num">{formatPercent(point.right / Math.max(1, report.positives), locale)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

const UseForm: FC<{ model: TaughtTagModel }> = ({ model }) => {
  const { t, locale } = useView()
  const { use, versions } = model
  const points: TagPoint[] = versions[0]?.report.points ?? []
  return (
    <section class="section">
      <h2>{t.taught.use}</h2>
      <Form action={urls.tagUse(model.id)}>
        <SelectField
          name="mode"
          label={t.taught.mode}
          value={use?.mode ?? 'off'}
          options={modes.map((value) => ({ value, label: t.taught.modeLabels[value] }))}
        />
        <SelectField
          name="threshold"
          label={t.taught.useThreshold}
          help={t.taught.useThresholdHelp}
          value={String(use?.threshold ?? '')}
          options={points.map(({ threshold }) => ({
            value: String(threshold),
            label: formatPercent(threshold, locale),
          }))}
        />
        <SelectField
          name="version"
          label={t.taught.useVersion}
          value={String(use?.version ?? versions[0]?.version ?? '')}
          options={versions.map(({ version }) => ({ value: String(version), label: t.taught.version(version) }))}
        />
        <button type="submit" class="button button-primary">
          {t.taught.save}
        </button>
      </Form>
    </section>
  )
}

const Versions: FC<{ model: TaughtTagModel }> = ({ model }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  return (
    <section class="section">
      <h2>{t.taught.versions}</h2>
      <ul class="samples">
        {model.versions.map(({ version, report, at, by }) => (
          <li>
            <strong>{t.taught.version(version)}</strong>{' '}
            {version === model.use?.version && <span class="tag tag-good">{t.taught.inForce}</span>}{' '}
            <Time at={at} long /> {by && <Plain class="muted" text={by} />}
            <p class="muted">
              {t.taught.examples(number(report.positives), number(report.negatives), number(report.rejected))}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

const Suggestions: FC<{ model: TaughtTagModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <section class="section">
      <h2>{t.taught.suggestions}</h2>
      {model.suggestions.length === 0 && <p class="muted">{t.taught.none}</p>}
      <ul class="samples">
        {model.suggestions.map((one) => (
          <li>
            <p>
              <NetworkMark network={one.network} labelled />{' '}
              <a href={urls.thread(one.threadId)} data-row-link>
                <Plain class="strong" text={one.author} />
              </a>{' '}
              <Time at={one.at} />{' '}
              <span class="muted">{t.taught.because(formatPercent(one.score, locale), one.because.join(', '))}</span>
            </p>
            <RemoteText block spans={[{ text: one.text }]} />
            {model.canDecide && (
              <div class="button-row">
                {(['accepted', 'rejected'] as const).map((decision) => (
                  <PostButton
                    action={urls.threadSuggestion(one.threadId)}
                    values={{ tag: model.id, decision, back: 'tag' }}
                  >
                    {decision === 'accepted' ? t.taught.take : t.taught.refuse}
                  </PostButton>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
