import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatIsoDay, formatNumber, formatPercent } from '../format.ts'
import type { Option } from '../model.ts'
import { MemberDays, type MemberDay } from '../parts/charts/MemberDays.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { Plain } from '../parts/RemoteText.tsx'
import { ReportTabs } from '../parts/ReportTabs.tsx'
import { urls } from '../urls.ts'

export interface VoiceModel {
  days: number
  count: 'stories' | 'copies'
  groups: Option[]
  /** Absent: there is none yet. */
  group?: { id: string; name: string } | undefined
  /** Sum over the members: what is caught by two counts for each. */
  total: number
  members: VoiceMember[]
  overlap: { shared: number; isComplete: boolean }
  byDay: MemberDay[]
  /** Sources with holes in this span. */
  incomplete: string[]
  /** Members that are younger than the span. */
  younger: { name: string; since: number }[]
}

export interface VoiceMember {
  id: string
  name: string
  isActive: boolean
  mentions: number
  /** 0…1 of the total. */
  share?: number | undefined
  /** Of its mentions, those that another member caught too. */
  overlaps: number
  negative: number
  neutral: number
  positive: number
  mixed: number
  unsure: number
  /** -100…100. */
  net?: number | undefined
  polar?: number | undefined
  /** 0…1 of what is judged. */
  unsureShare?: number | undefined
  href: string
}

const spans = [7, 30, 90] as const
const tones = ['negative', 'mixed', 'neutral', 'positive', 'unsure'] as const

export const VoicePage: FC<{ model: VoiceModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead title={t.listening.voice} lead={t.listening.voiceLead}>
        {model.group && <Choices model={model} />}
      </PageHead>
      <ReportTabs tab="voice" />
      {model.group ? (
        <Figures model={model} />
      ) : (
        <EmptyState icon="reports" title={t.listening.emptyGroups} text={t.listening.emptyGroupsText}>
          <a class="button button-primary" href={urls.groupNew()}>
            {t.listening.addGroup}
          </a>
        </EmptyState>
      )}
    </>
  )
}

const Choices: FC<{ model: VoiceModel }> = ({ model }) => {
  const { t } = useView()
  const kept = { group: model.group?.id, count: model.count === 'copies' ? 'copies' : undefined }
  return (
    <>
      <nav class="segments" aria-label={t.reports.span}>
        {spans.map((days) => (
          <a
            class="segment"
            href={urls.voice({ ...kept, days })}
            aria-current={days === model.days ? 'page' : undefined}
          >
            {t.reports.days(days)}
          </a>
        ))}
      </nav>
      <form method="get" action={urls.voice()} class="select-form">
        <input type="hidden" name="days" value={model.days} />
        <label class="sr" htmlFor="voice-group">
          {t.listening.chooseGroup}
        </label>
        <select id="voice-group" name="group" data-submit>
          {model.groups.map((option) => (
            <option value={option.value} selected={option.value === model.group?.id}>
              {option.label}
            </option>
          ))}
        </select>
        <button type="submit" class="button no-js">
          {t.filter.apply}
        </button>
      </form>
    </>
  )
}

const Figures: FC<{ model: VoiceModel }> = ({ model }) => {
  const { t, locale } = useView()
  const names = model.members.map((one) => one.name)
  return (
    <>
      {model.incomplete.length > 0 && (
        <p class="notice notice-warn">
          <Icon name="warning" />
          <span>{t.reports.incomplete(model.incomplete.join(', '))}</span>
        </p>
      )}
      {model.younger.map((one) => (
        <p class="notice notice-warn">
          <Icon name="warning" />
          <span>
            {t.listening.younger(one.name, formatIsoDay(new Date(one.since).toISOString().slice(0, 10), locale))}
          </span>
        </p>
      ))}
      {model.total === 0 ? (
        <EmptyState icon="reports" title={t.listening.voiceEmpty} text={t.listening.voiceNothing}>
          <a class="button" href={urls.group(model.group?.id ?? '')}>
            {t.listening.members}
          </a>
        </EmptyState>
      ) : (
        <>
          <MemberFigures model={model} />
          <p class="muted">
            {t.listening.overlap(formatNumber(model.overlap.shared, locale), model.overlap.shared)}
            {!model.overlap.isComplete && ` ${t.listening.overlapPart}`}{' '}
            <a href={urls.group(model.group?.id ?? '')}>{t.listening.members}</a>
          </p>
          <section class="section">
            <h2>{t.listening.byDayTitle}</h2>
            <MemberDays days={model.byDay} names={names} title={t.listening.byDayTitle} />
          </section>
        </>
      )}
    </>
  )
}

/** Share and sentiment: bars beside their figures are a table already. */
const MemberFigures: FC<{ model: VoiceModel }> = ({ model }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  return (
    <section class="section">
      <h2 id="by-member">{t.listening.toneTitle}</h2>
      <div class="table-scroll">
        <table aria-labelledby="by-member" class="table-rows">
          <thead>
            <tr>
              <th scope="col">{t.queries.query}</th>
              {[t.listening.shareColumn, t.reports.mentions, t.listening.alsoOthers].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
              <th scope="col">{t.filter.sentiment}</th>
              {[...tones.map((tone) => t.tone[tone]), t.listening.net].map((name) => (
                <th scope="col" class="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {model.members.map((one, member) => (
              <tr>
                <th scope="row">
                  <i class={`swatch swatch-m${member}`}></i>{' '}
                  <a href={urls.query(one.id)}>
                    <Plain text={one.name} />
                  </a>
                  {!one.isActive && <span class="tag">{t.queries.off}</span>}
                </th>
                <td class="num">{one.share === undefined ? '–' : formatPercent(one.share, locale)}</td>
                <td class="num">
                  <a href={one.href}>{n(one.mentions)}</a>
                </td>
                <td class="num">{n(one.overlaps)}</td>
                <td>
                  <Tones member={one} />
                </td>
                {tones.map((tone) => (
                  <td class="num">
                    {n(one[tone])}
                    {tone === 'unsure' && one.unsureShare !== undefined && (
                      <small class="muted"> {formatPercent(one.unsureShare, locale)}</small>
                    )}
                  </td>
                ))}
                <td class="num">
                  {one.net === undefined ? '–' : n(Math.round(one.net))}
                  {one.polar !== undefined && (
                    <>
                      <br />
                      <small class="muted">{t.reports.polar(n(Math.round(one.polar)))}</small>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="help">{t.reports.toneHelp}</p>
    </section>
  )
}

/** The figures stand beside it: the drawing is for the eye only. */
const Tones: FC<{ member: VoiceMember }> = ({ member }) => {
  const total = tones.reduce((sum, tone) => sum + member[tone], 0)
  let x = 0
  return (
    <svg class="tones" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      {tones.map((tone) => {
        const width = total === 0 ? 0 : (100 * member[tone]) / total
        x += width
        return <rect class={`bar-${tone}`} x={(x - width).toFixed(2)} width={width.toFixed(2)} height="10" />
      })}
    </svg>
  )
}
