import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber, formatPercent } from '../format.ts'
import { keepOnFailure, PostButton } from '../forms/Form.tsx'
import { IntervalBar } from '../parts/charts/IntervalBar.tsx'
import { EmptyState, PageHead } from '../parts/EmptyState.tsx'
import { Icon } from '../parts/icons.tsx'
import { Time } from '../parts/Time.tsx'
import { urls } from '../urls.ts'

export interface ShareModel {
  /** Absent: nothing is labelled yet. */
  value?: number | undefined
  low: number
  high: number
}

/** One stratum: what was drawn from it, what people said, what follows. */
export interface PartModel {
  index: number
  kind: 'match' | 'near' | 'not'
  change: string
  term: string
  population: number
  relevant: number
  labelled: number
  unsure: number
  /** Items of the sample without a label. */
  left: number
  share: ShareModel
  /** Relevant mentions in the whole of it. */
  count: ShareModel
  /** Upper limits, one-sided 95 %. */
  atMost: { share: number; count: number }
}

export interface QualityModel {
  id: string
  name: string
  version: number
  query: string
  mayLabel: boolean
  /** The ± that is worked towards, 0…1. */
  margin: number
  /** 0…1 of the history, while samples are being drawn. */
  drawing?: number | undefined
  drawn?:
    | {
        at: number
        matches: PartModel
        /** Labels until the precision is known to ± the margin. */
        needed: number
        near: PartModel[]
        nots: PartModel[]
        recall?: { value: number; low: number; high: number } | undefined
        /** Near misses and NOTs without any label: recall is not known before. */
        unlabelledParts: number
      }
    | undefined
  /** Versions that were drawn from, newest first. */
  history: { version: number; at: number; matches: PartModel }[]
}

export const QueryQualityPage: FC<{ model: QualityModel }> = ({ model }) => {
  const { t } = useView()
  return (
    <>
      <PageHead
        title={t.quality.title(model.name)}
        lead={t.quality.lead}
        back={{ href: urls.query(model.id), label: model.name }}
      />
      <p class="quality-query">
        {t.quality.versionName(model.version)} <code dir="auto">{model.query}</code>
      </p>
      {model.drawing !== undefined && <DrawProgress id={model.id} share={model.drawing} />}
      {model.drawn ? (
        <Drawn model={model} drawn={model.drawn} />
      ) : (
        model.drawing === undefined && (
          <EmptyState icon="listening" title={t.quality.empty} text={t.quality.emptyText}>
            {model.mayLabel && <DrawButton id={model.id} label={t.quality.draw} primary />}
          </EmptyState>
        )
      )}
      {model.history.length > 0 && <VersionHistory history={model.history} />}
    </>
  )
}

const DrawButton: FC<{ id: string; label: string; primary?: boolean }> = ({ id, label, primary }) => (
  <PostButton action={urls.queryDraw(id)} class={primary ? 'button button-primary' : 'button'}>
    {label}
  </PostButton>
)

/** Sends itself until the whole history is counted; without JavaScript a button does. */
export const DrawProgress: FC<{ id: string; share: number }> = ({ id, share }) => {
  const { t, locale, csrf } = useView()
  const percent = formatPercent(share, locale)
  return (
    <form
      method="post"
      action={urls.queryDraw(id)}
      id="quality-draw"
      class="compare-progress"
      hx-post={urls.queryDraw(id)}
      hx-trigger="load delay:150ms"
      {...keepOnFailure}
    >
      {csrf !== undefined && <input type="hidden" name="_csrf" value={csrf} />}
      <progress max="1" value={share.toFixed(3)} aria-label={t.quality.drawing(percent)} />
      <span>{t.quality.drawing(percent)}</span>
      <button type="submit" class="button button-small no-js">
        {t.quality.goOn}
      </button>
    </form>
  )
}

const Drawn: FC<{ model: QualityModel; drawn: NonNullable<QualityModel['drawn']> }> = ({ model, drawn }) => {
  const { t } = useView()
  return (
    <>
      <Figures model={model} drawn={drawn} />
      <section class="section">
        <h2>{t.quality.precision}</h2>
        <p class="help">{t.quality.precisionHelp}</p>
        <Precision model={model} drawn={drawn} />
      </section>
      <section class="section">
        <h2 id="quality-near">{t.quality.near}</h2>
        <p class="help">{t.quality.nearHelp}</p>
        {drawn.near.length === 0 ? (
          <p class="muted">{t.quality.nearNone}</p>
        ) : (
          <PartTable id={model.id} parts={drawn.near} labelledBy="quality-near" mayLabel={model.mayLabel} />
        )}
        {model.mayLabel && <LabelLink id={model.id} of="near" parts={drawn.near} label={t.quality.labelNear} />}
      </section>
      <section class="section">
        <h2 id="quality-nots">{t.quality.nots}</h2>
        <p class="help">{t.quality.notsHelp}</p>
        {drawn.nots.length === 0 ? (
          <p class="muted">{t.quality.notsNone}</p>
        ) : (
          <PartTable id={model.id} parts={drawn.nots} labelledBy="quality-nots" mayLabel={model.mayLabel} bound />
        )}
        {model.mayLabel && <LabelLink id={model.id} of="not" parts={drawn.nots} label={t.quality.labelNots} />}
      </section>
      <p class="help quality-drawn">
        {t.quality.drawnAt} <Time at={drawn.at} long />. {t.quality.drawAgainHelp}
      </p>
      {model.mayLabel && model.drawing === undefined && <DrawButton id={model.id} label={t.quality.drawAgain} />}
    </>
  )
}

const Figures: FC<{ model: QualityModel; drawn: NonNullable<QualityModel['drawn']> }> = ({ drawn }) => {
  const { t, locale } = useView()
  const { matches, recall } = drawn
  const share = ({ low, high }: ShareModel) => t.quality.between(shareText(low, locale), shareText(high, locale))
  const parts = [matches, ...drawn.near, ...drawn.nots]
  const labelled = parts.reduce((sum, part) => sum + part.labelled, 0)
  const unsure = parts.reduce((sum, part) => sum + part.unsure, 0)
  return (
    <dl class="figures">
      <div>
        <dt>{t.quality.precision}</dt>
        <dd>
          <strong class="figure">
            {matches.share.value === undefined ? '–' : shareText(matches.share.value, locale)}
          </strong>
          <span class="muted">{matches.labelled > 0 ? share(matches.share) : t.quality.nothingLabelled}</span>
        </dd>
      </div>
      <div>
        <dt>{t.quality.recall}</dt>
        <dd>
          <strong class="figure">{recall ? shareText(recall.value, locale) : '–'}</strong>
          <span class="muted">{recall ? share(recall) : t.quality.recallUnknown(drawn.unlabelledParts)}</span>
        </dd>
      </div>
      <div>
        <dt>{t.quality.matches}</dt>
        <dd>
          <strong class="figure">{formatNumber(matches.population, locale)}</strong>
          <span class="muted">{t.quality.inHistory}</span>
        </dd>
      </div>
      <div>
        <dt>{t.quality.labels}</dt>
        <dd>
          <strong class="figure">{formatNumber(labelled, locale)}</strong>
          <span class="muted">{t.quality.unsure(unsure)}</span>
        </dd>
      </div>
    </dl>
  )
}

const Precision: FC<{ model: QualityModel; drawn: NonNullable<QualityModel['drawn']> }> = ({ model, drawn }) => {
  const { t, locale } = useView()
  const { matches, needed } = drawn
  const margin = formatPercent(model.margin, locale)
  return (
    <>
      {matches.labelled > 0 && <IntervalBar {...matches.share} />}
      <p>{sentenceOf(matches, t, locale)}</p>
      <p class="muted">
        {matches.population === 0
          ? ''
          : needed === 0
            ? t.quality.enough(margin)
            : t.quality.needed(Math.min(needed, matches.left), margin)}
      </p>
      {model.mayLabel && (
        <LabelLink id={model.id} of="match" parts={[matches]} label={t.quality.labelMatches} primary />
      )}
    </>
  )
}

/** "Of 60 labelled mentions 48 are relevant: 80 %, between 68 % and 88 %." */
export function sentenceOf(part: PartModel, t: ReturnType<typeof useView>['t'], locale: string): string {
  if (part.population === 0) return t.quality.noMatches
  if (part.share.value === undefined) return t.quality.nothingLabelled
  return t.quality.seen(
    formatNumber(part.labelled, locale),
    formatNumber(part.relevant, locale),
    shareText(part.share.value, locale),
    shareText(part.share.low, locale),
    shareText(part.share.high, locale),
  )
}

const LabelLink: FC<{ id: string; of: string; parts: PartModel[]; label: string; primary?: boolean }> = ({
  id,
  of,
  parts,
  label,
  primary,
}) =>
  parts.some((part) => part.left > 0) ? (
    <p>
      <a class={primary ? 'button button-primary' : 'button'} href={urls.queryLabel(id, { of })}>
        <Icon name="check" /> {label}
      </a>
    </p>
  ) : null

/** What a part is, in words. */
export const PartName: FC<{ part: PartModel }> = ({ part }) => {
  const { t } = useView()
  const [before, after] = t.quality.change[part.change as keyof typeof t.quality.change] ?? ['', '']
  return (
    <>
      {before} {part.term !== '' && <code dir="auto">{part.term}</code>} {after}
    </>
  )
}

/** `bound`: what is lost at most, instead of what is probably missed. */
const PartTable: FC<{ id: string; parts: PartModel[]; labelledBy: string; mayLabel: boolean; bound?: boolean }> = ({
  id,
  parts,
  labelledBy,
  mayLabel,
  bound,
}) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(Math.round(value), locale)
  return (
    <ScrollTable labelledBy={labelledBy}>
      <table aria-labelledby={labelledBy} class="table-rows part-table">
        <thead>
          <tr>
            <th scope="col">{bound ? t.quality.exclusion : t.quality.relaxed}</th>
            <th scope="col" class="num">
              {bound ? t.quality.thrownAway : t.quality.wouldAdd}
            </th>
            <th scope="col" class="num">
              {t.quality.labels}
            </th>
            <th scope="col">{t.quality.relevantShare}</th>
            <th scope="col" class="num">
              {bound ? t.quality.lostAtMost : t.quality.missed}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr>
              <th scope="row">
                {mayLabel && part.left > 0 ? (
                  <a href={urls.queryLabel(id, { of: String(part.index) })}>
                    <PartName part={part} />
                  </a>
                ) : (
                  <PartName part={part} />
                )}
              </th>
              <td class="num">{n(part.population)}</td>
              <td class="num">{n(part.labelled)}</td>
              <td class="interval-cell">
                {part.labelled > 0 && (
                  <>
                    <IntervalBar {...part.share} />
                    <span>
                      {shareText(part.share.value ?? 0, locale)}{' '}
                      <span class="muted">
                        {t.quality.between(shareText(part.share.low, locale), shareText(part.share.high, locale))}
                      </span>
                    </span>
                  </>
                )}
              </td>
              <td class="num">{part.labelled === 0 ? '–' : lossOf(part, bound === true, t, locale)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  )
}

/** A table that scrolls sideways on phones: the keyboard must reach it, also where it holds no link. */
const ScrollTable: FC<{ labelledBy: string; children?: Child }> = ({ labelledBy, children }) => (
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <section class="table-scroll" aria-labelledby={labelledBy} tabindex={0}>
    {children}
  </section>
)

function lossOf(part: PartModel, bound: boolean, t: ReturnType<typeof useView>['t'], locale: string): string {
  const n = (value: number) => formatNumber(Math.round(value), locale)
  if (!bound) return t.quality.countBetween(n(part.count.value ?? 0), n(part.count.low), n(part.count.high))
  const most = Math.floor(part.atMost.count)
  return t.quality.atMost(formatNumber(most, locale), shareText(part.atMost.share, locale))
}

const VersionHistory: FC<{ history: QualityModel['history'] }> = ({ history }) => {
  const { t, locale } = useView()
  return (
    <section class="section">
      <h2 id="quality-versions">{t.quality.versions}</h2>
      <p class="help">{t.quality.versionsHelp}</p>
      <ScrollTable labelledBy="quality-versions">
        <table aria-labelledby="quality-versions" class="table-rows part-table">
          <thead>
            <tr>
              <th scope="col">{t.queries.version}</th>
              <th scope="col">{t.quality.drawnAt}</th>
              <th scope="col" class="num">
                {t.quality.matches}
              </th>
              <th scope="col" class="num">
                {t.quality.labels}
              </th>
              <th scope="col">{t.quality.precision}</th>
            </tr>
          </thead>
          <tbody>
            {history.map(({ version, at, matches }) => (
              <tr>
                <th scope="row">{version}</th>
                <td>
                  <Time at={at} long />
                </td>
                <td class="num">{formatNumber(matches.population, locale)}</td>
                <td class="num">{formatNumber(matches.labelled, locale)}</td>
                <td class="interval-cell">
                  {matches.labelled > 0 && (
                    <>
                      <IntervalBar {...matches.share} />
                      <span>
                        {shareText(matches.share.value ?? 0, locale)}{' '}
                        <span class="muted">
                          {t.quality.between(
                            shareText(matches.share.low, locale),
                            shareText(matches.share.high, locale),
                          )}
                        </span>
                      </span>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </section>
  )
}

/** As much as is certain: a share that is not all does not read as 100%, one that is not nothing not as 0%. */
function shareText(share: number, locale: string): string {
  if (share >= 0.995 && share < 1) return `>${formatPercent(0.99, locale)}`
  if (share > 0 && share < 0.005) return `<${formatPercent(0.01, locale)}`
  return formatPercent(share, locale)
}
