import { InboxPage, InboxList } from '../../../views/pages/Inbox.tsx'
import { respond, viewOf } from '../respond.tsx'
import type { Ctx } from '../web.ts'
import { readFilters } from './filters.ts'
import { loadInbox } from './loadInbox.ts'

export async function showInbox(c: Ctx): Promise<Response> {
  const model = await loadInbox(c, readFilters(c.req.query()))
  return respond(c, {
    title: viewOf(c).t.nav.inbox,
    section: 'inbox',
    wide: true,
    page: () => <InboxPage model={model} />,
    part: () => <InboxList model={model} />,
  })
}
