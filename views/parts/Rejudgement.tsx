import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { PostButton } from '../forms/Form.tsx'
import { formatNumber } from '../format.ts'
import type { Sentiment } from '../model.ts'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'

export interface RejudgementModel {
  id: string
  state: 'counting' | 'offered' | 'running' | 'paused' | 'cancelled' | 'done'
  /** Mentions judged by an earlier version, of these judged again, of those with another label now. */
  stale: number
  judged: number
  changed: number
  moves: { from: Sentiment; to: Sentiment; count: number }[]
}

/** Offers, shows and steers judging history again. Looks again by itself while it runs. */
export const RejudgementBox: FC<{ model: RejudgementModel; canEdit: boolean }> = ({ model, canEdit }) => {
  const { t, locale } = useView()
  const busy = model.state === 'counting' || model.state === 'running'
  const poll = busy ? { 'hx-get': urls.rejudgement(model.id), 'hx-trigger': 'every 2s', 'hx-swap': 'outerHTML' } : {}
  const number = (value: number) => formatNumber(value, locale)
  return (
    <section class="section rejudgement" id="rejudgement" aria-label={t.learning.again} {...poll}>
      <Lead model={model} number={number} />
      {(model.state === 'running' || model.state === 'paused') && (
        <p>
          <progress max={Math.max(1, model.stale)} value={model.judged} aria-label={t.learning.again}></progress>{' '}
          <output>{t.learning.progress(number(model.judged), number(model.stale), number(model.changed))}</output>
        </p>
      )}
      {canEdit && <Steering model={model} />}
      {model.moves.length > 0 && (
        <details class="chart-table">
          <summary>{t.learning.moves}</summary>
          <table aria-label={t.learning.moves}>
            <thead>
              <tr>
                <th scope="col">{t.learning.change}</th>
                <th scope="col" class="num">
                  {t.learning.count}
                </th>
              </tr>
            </thead>
            <tbody>
              {model.moves.map(({ from, to, count }) => (
                <tr>
                  <th scope="row">{t.learning.move(t.sentiment[from], t.sentiment[to])}</th>
                  <td class="num">{number(count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  )
}

const Lead: FC<{ model: RejudgementModel; number: (value: number) => string }> = ({ model, number }) => {
  const { t } = useView()
  if (model.state === 'counting') return <p class="muted">{t.learning.counting}</p>
  if (model.state === 'offered')
    return (
      <p class="notice">
        <Icon name="refresh" />
        <span>
          <strong>{t.learning.offer(number(model.stale), model.stale)}</strong> {t.learning.offerHelp}
        </span>
      </p>
    )
  if (model.state === 'running' || model.state === 'paused')
    return <h2>{model.state === 'running' ? t.learning.running : t.learning.pausedTitle}</h2>
  const text = model.state === 'done' ? t.learning.doneText : t.learning.cancelledText
  return <p class="muted">{text(number(model.judged), number(model.changed))}</p>
}

const Steering: FC<{ model: RejudgementModel }> = ({ model }) => {
  const { t } = useView()
  const to = (state: string, label: string, primary = false) => (
    <PostButton
      action={urls.rejudgement(model.id)}
      values={{ state }}
      class={primary ? 'button button-primary button-small' : 'button button-small'}
    >
      {label}
    </PostButton>
  )
  if (model.state === 'offered')
    return (
      <p class="button-row">
        {to('running', t.learning.start, true)} {to('cancelled', t.learning.leave)}
      </p>
    )
  if (model.state === 'running')
    return (
      <p class="button-row">
        {to('paused', t.learning.pause)} {to('cancelled', t.learning.cancel)}
      </p>
    )
  if (model.state === 'paused')
    return (
      <p class="button-row">
        {to('running', t.learning.resume, true)} {to('cancelled', t.learning.cancel)}
      </p>
    )
  return null
}
