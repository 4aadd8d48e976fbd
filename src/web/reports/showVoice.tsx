import { VoicePage } from '../../../views/pages/Voice.tsx'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'
import { loadVoice } from './loadVoice.ts'

const spans = [7, 30, 90]

export async function showVoice(c: Ctx): Promise<Response> {
  const days = spans.find((span) => String(span) === c.req.query('days')) ?? 30
  const count = c.req.query('count') === 'copies' ? 'copies' : 'stories'
  const group = c.req.query('group') || undefined
  const model = await loadVoice(c.get('web'), group, { days, count })
  if (group !== undefined && !model.group) return c.notFound()
  const title = viewOf(c).t.listening.voice
  return respond(c, { title, section: 'reports', page: () => <VoicePage model={model} /> })
}
