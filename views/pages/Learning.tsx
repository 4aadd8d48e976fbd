import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { UnderstandingFrame } from '../parts/UnderstandingTabs.tsx'

export interface LearningModel {
  corrections: number
  acceptances: number
  /** The version that judges now; absent where no model is loaded. */
  judge?: string | undefined
}

export const LearningPage: FC<{ model: LearningModel }> = ({ model }) => {
  const { t, locale } = useView()
  return (
    <UnderstandingFrame tab="learning">
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
              <span class="figure">
                <code>{model.judge ?? t.learning.builtIn}</code>
              </span>
              <span class="muted">{t.learning.judgeText}</span>
            </dd>
          </div>
        </dl>
      </section>
    </UnderstandingFrame>
  )
}
