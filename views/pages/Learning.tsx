import type { FC } from 'hono/jsx'
import type { CalibrationFigures, CurvePoint, GuardReason, Share } from '../../src/domain/learning.ts'
import { useView } from '../context.tsx'
import { CheckField, ErrorSummary, TextField } from '../forms/Field.tsx'
import { Form, PostButton } from '../forms/Form.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import type { FormErrors, Sentiment, TextSpan } from '../model.ts'
import { LearningCurve } from '../parts/charts/LearningCurve.tsx'
import { Plain, RemoteText } from '../parts/RemoteText.tsx'
import { ExactTime, Time } from '../parts/Time.tsx'
import { RejudgementBox, type RejudgementModel } from '../parts/Rejudgement.tsx'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'
import { urls } from '../urls.ts'

export interface LearningModel {
  corrections: number
  acceptances: number
  /** The version that judges now; absent: the built-in model alone. */
  judge?: { name: string; since: number; outdated: boolean } | undefined
  /** Of the newest version that was learned; absent: there is none yet. */
  newest?: NewestVersion | undefined
  leastCorrections: number
  leastLabels: number
  versions: VersionLine[]
  entries: LogLine[]
  rejudgement?: RejudgementModel | undefined
  settings: { learns: boolean; unsurePercent: string }
  canEdit: boolean
  errors?: FormErrors | undefined
}

interface NewestVersion {
  reason: GuardReason
  curve: CurvePoint[]
  sampleBase?: Share | undefined
  sampleChallenger?: Share | undefined
  calibration?: CalibrationFigures | undefined
}

interface VersionLine {
  id: string
  name: string
  at: number
  corrections: number
  acceptances: number
  /** Share right on the held-back labels: what judged before, and this one. */
  before?: Share | undefined
  after?: Share | undefined
  reason: GuardReason
  state: 'active' | 'retired' | 'refused'
  /** Its weights are kept and fit. */
  usable: boolean
}

interface LogLine {
  at: number
  by: string
  threadId: string
  excerpt: TextSpan[]
  was?: Sentiment | undefined
  is?: Sentiment | undefined
  model?: string | undefined
}

/** POST understandingTraining; understandingSettings: learns, unsurePercent; modelActivation(id). */
export const LearningPage: FC<{ model: LearningModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <UnderstandingFrame tab="learning">
      {model.rejudgement && <RejudgementBox model={model.rejudgement} canEdit={model.canEdit} />}
      <Facts model={model} />
      <section class="section learning">
        <h2>{t.learning.curve}</h2>
        <Curve model={model} />
      </section>
      {model.versions.length > 0 && <Versions model={model} />}
      <section class="section">
        <h2>{t.learning.log}</h2>
        <LogTable entries={model.entries} />
      </section>
      {model.canEdit && <Settings model={model} />}
    </UnderstandingFrame>
  )
}

const Facts: FC<{ model: LearningModel }> = ({ model }) => {
  const { t, locale } = useView()
  const { judge } = model
  return (
    <section class="section">
      <h2>{t.learning.facts}</h2>
      <dl class="figures figures-few">
        <div>
          <dt>{t.learning.corrected}</dt>
          <dd>
            <span class="figure">{formatNumber(model.corrections, locale)}</span>
            <span class="muted">{t.learning.correctedText}</span>
          </dd>
        </div>
        <div>
          <dt>{t.learning.accepted}</dt>
          <dd>
            <span class="figure">{formatNumber(model.acceptances, locale)}</span>
            <span class="muted">{t.learning.acceptedText}</span>
          </dd>
        </div>
        <div>
          <dt>{t.learning.judge}</dt>
          <dd>
            <span class="figure">{judge ? <code>{judge.name}</code> : t.learning.builtIn}</span>
            <span class="muted">
              {judge ? (
                <>
                  {t.learning.since} <Time at={judge.since} long />
                  {judge.outdated && `; ${t.learning.outdated}`}
                </>
              ) : (
                t.learning[model.versions.length > 0 ? 'builtInAgain' : 'builtInText']
              )}
            </span>
          </dd>
        </div>
      </dl>
    </section>
  )
}

const Curve: FC<{ model: LearningModel }> = ({ model }) => {
  const { t, locale } = useView()
  const { newest } = model
  if (!newest) return <p class="help">{t.learning.curveEmpty(model.corrections, model.leastCorrections)}</p>
  const { sampleBase, sampleChallenger, calibration } = newest
  const points = (share: number) => formatNumber(Math.round(share * 1000) / 10, locale)
  return (
    <>
      <p class="help">{newest.curve.length > 1 ? t.learning.curveHelp : t.learning.curveNone}</p>
      {newest.curve.length > 1 && <LearningCurve points={newest.curve} title={t.learning.curve} />}
      <p>
        {t.learning.guard[newest.reason]}{' '}
        {sampleBase &&
          sampleChallenger &&
          t.learning.sample(
            formatPercent(sampleBase.value, locale),
            formatPercent(sampleChallenger.value, locale),
            formatNumber(sampleBase.n, locale),
          )}
      </p>
      <h3>{t.learning.calibration}</h3>
      <p>
        {calibration
          ? t.learning[calibration.used ? 'calibrationUsed' : 'calibrationUnused'](
              points(calibration.before),
              points(calibration.after),
              formatNumber(calibration.n, locale),
            )
          : t.learning.calibrationFew(model.leastLabels)}
      </p>
    </>
  )
}

const Versions: FC<{ model: LearningModel }> = ({ model }) => {
  const { t, locale } = useView()
  const number = (value: number) => formatNumber(value, locale)
  return (
    <section class="section">
      <h2>{t.learning.versions}</h2>
      <p class="help">{t.learning.versionsHelp}</p>
      <div class="table-scroll">
        <table aria-label={t.learning.versions} class="model-versions">
          <thead>
            <tr>
              <th scope="col">{t.learning.made}</th>
              <th scope="col">{t.learning.from}</th>
              <th scope="col" class="num">
                {t.learning.held}
              </th>
              <th scope="col">{t.learning.outcome}</th>
              <th scope="col">
                <span class="sr">{t.learning.use}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {model.versions.map((one) => (
              <tr>
                <td>
                  <ExactTime at={one.at} />
                  <span class="cell-sub">
                    <code>{one.name}</code>
                  </span>
                </td>
                <td>{t.learning.fromText(number(one.corrections), number(one.acceptances))}</td>
                <td class="num nowrap">
                  {one.before && one.after ? (
                    <>
                      {t.learning.heldText(
                        formatPercent(one.before.value, locale),
                        formatPercent(one.after.value, locale),
                      )}
                      <span class="cell-sub">{t.learning.heldBack(number(one.after.n))}</span>
                    </>
                  ) : (
                    '–'
                  )}
                </td>
                <td>
                  <strong>{t.learning[one.state]}</strong>
                  <span class="cell-sub">{t.learning.guard[one.reason]}</span>
                </td>
                <td>
                  {one.state === 'retired' && !one.usable && <span class="muted">{t.learning.gone}</span>}
                  {one.state === 'retired' && one.usable && model.canEdit && (
                    <PostButton
                      action={urls.modelActivation(one.id)}
                      class="button button-small"
                      label={t.learning.useLabel(one.name)}
                    >
                      {t.learning.use}
                    </PostButton>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {model.judge && model.canEdit && (
        <div class="after-form">
          <PostButton action={urls.modelActivation('built-in')} class="button button-small">
            {t.learning.useBuiltIn}
          </PostButton>
        </div>
      )}
    </section>
  )
}

const LogTable: FC<{ entries: LogLine[] }> = ({ entries }) => {
  const { t } = useView()
  if (entries.length === 0) return <p class="help">{t.learning.logEmpty}</p>
  return (
    <>
      <div class="table-scroll">
        <table aria-label={t.learning.log} class="label-log">
          <thead>
            <tr>
              <th scope="col">{t.learning.when}</th>
              <th scope="col">{t.learning.who}</th>
              <th scope="col">{t.learning.what}</th>
              <th scope="col">{t.learning.change}</th>
              <th scope="col">{t.learning.shown}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((one) => (
              <tr>
                <td class="nowrap">
                  <Time at={one.at} long />
                </td>
                <td>
                  <Plain text={one.by} />
                </td>
                <td>
                  <a href={urls.thread(one.threadId)}>
                    <RemoteText spans={one.excerpt} />
                  </a>
                </td>
                <td class="nowrap">
                  {one.was === one.is || !one.was || !one.is
                    ? `${one.is ? t.sentiment[one.is] : ''} (${t.learning.kept})`
                    : `${t.sentiment[one.was]} → ${t.sentiment[one.is]}`}
                </td>
                <td>
                  <code>{one.model ?? '–'}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="help">
        {t.learning.export} <code>earshot export corrections</code>
      </p>
    </>
  )
}

const Settings: FC<{ model: LearningModel }> = ({ model }) => {
  const { t } = useView()
  const { settings, errors } = model
  return (
    <section class="section">
      <h2>{t.learning.settings}</h2>
      <div class="form-page">
        <Form action={urls.understandingSettings()}>
          <ErrorSummary errors={errors} />
          <div class="field">
            <CheckField
              name="learns"
              label={t.learning.learns}
              help={t.learning.learnsHelp}
              checked={settings.learns}
            />
          </div>
          <TextField
            name="unsurePercent"
            type="number"
            min={34}
            max={95}
            label={t.learning.unsure}
            help={t.learning.unsureHelp}
            value={settings.unsurePercent}
            required
            error={errors?.['unsurePercent']}
          />
          <button type="submit" class="button button-primary">
            {t.form.save}
          </button>
        </Form>
        {model.corrections >= model.leastCorrections && (
          <div class="after-form">
            <PostButton action={urls.understandingTraining()} class="button">
              {t.learning.train}
            </PostButton>
          </div>
        )}
      </div>
    </section>
  )
}
