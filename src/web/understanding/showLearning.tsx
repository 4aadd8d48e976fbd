import { LearningPage } from '../../../views/pages/Learning.tsx'
import { countLabels } from '../../store/labels.ts'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'

/** What was learned from the team so far, and who judges. */
export async function showLearning(c: Ctx): Promise<Response> {
  const web = c.get('web')
  const { corrected, accepted } = await countLabels(web.store.read)
  const judge = await web.classifier?.()
  const model = { corrections: corrected, acceptances: accepted, judge: judge?.version }
  return respond(c, {
    title: viewOf(c).t.nav.understanding,
    section: 'understanding',
    page: () => <LearningPage model={model} />,
  })
}
