import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { InboxBadge } from '../../../views/layout.tsx'
import { InboxPage, ViewItems } from '../../../views/pages/Inbox.tsx'
import { Conversation } from '../../../views/parts/Conversation.tsx'
import { CustomerPanel } from '../../../views/parts/CustomerPanel.tsx'
import { InboxRow } from '../../../views/parts/InboxRow.tsx'
import { ThreadClock, ThreadPane, type ThreadModel } from '../../../views/parts/ThreadPane.tsx'
import { urls } from '../../../views/urls.ts'
import { loadInboxRows } from '../../store/inbox.ts'
import { findThreadSeq } from '../../store/thread.ts'
import { readFilters } from '../inbox/filters.ts'
import { loadInbox, loadViews } from '../inbox/loadInbox.ts'
import { rowModel } from '../inbox/rowModel.ts'
import { goTo, respond, respondPart } from '../respond.tsx'
import { countWaiting } from '../shell.ts'
import { viewerOf, wantsPart, type Ctx } from '../web.ts'
import type { ComposerExtra } from './composerModel.ts'
import { threadModel } from './threadModel.ts'

export async function showThread(c: Ctx): Promise<Response> {
  const thread = await threadModel(c, idOf(c))
  return thread ? respondThread(c, thread) : c.notFound()
}

/** The pane for htmx, the inbox with the thread open for everybody else. The row beside it changes with it. */
export async function respondThread(
  c: Ctx,
  thread: ThreadModel,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const filters = readFilters(c.req.query())
  if (wantsPart(c)) {
    const row = c.req.method === 'GET' ? undefined : await loadRow(c, thread.id)
    return respond(c, {
      title: thread.title,
      status,
      page: () => <ThreadPane thread={thread} back={urls.inbox({ ...filters })} />,
      also: row
        ? [{ target: `#row-${thread.id}`, content: () => <InboxRow row={row} params={{ ...filters }} current /> }]
        : [],
    })
  }
  const model = { ...(await loadInbox(c, filters)), thread }
  return respond(c, {
    title: thread.title,
    section: 'inbox',
    wide: true,
    status,
    page: () => <InboxPage model={model} />,
  })
}

/** After an action on a thread: the page again for plain browsers, the changed pane for htmx. */
export async function respondChanged(
  c: Ctx,
  id: string,
  extra: ComposerExtra & { status?: ContentfulStatusCode } = {},
): Promise<Response> {
  if (!wantsPart(c) && extra.status === undefined) return goTo(c, urls.thread(id))
  const { status, ...composer } = extra
  const thread = await threadModel(c, id, composer)
  return thread ? respondThread(c, thread, status) : c.notFound()
}

/** For the live push: everything that an answer changes but the composer, so that typing is not disturbed. */
export async function showConversation(c: Ctx): Promise<Response> {
  const thread = await threadModel(c, idOf(c))
  if (!thread) return c.notFound()
  const { views } = await loadViews(c)
  const waiting = await countWaiting(c)
  const current = c.req.query('view')
  return respondPart(c, <Conversation threadId={thread.id} items={thread.items} source={thread.source} />, [
    { target: '#thread-clock', content: () => <ThreadClock clock={thread.clock} /> },
    { target: '#customer-card', content: () => <CustomerPanel panel={thread.customer} /> },
    { target: '#view-list', content: () => <ViewItems views={views} current={current} /> },
    { target: '#inbox-badge', content: () => <InboxBadge count={waiting} /> },
  ])
}

export async function showRow(c: Ctx): Promise<Response> {
  const row = await loadRow(c, idOf(c))
  if (!row) return c.notFound()
  const isOpen = c.req.query('open') === '1'
  return respondPart(c, <InboxRow row={row} params={{ ...readFilters(c.req.query()) }} current={isOpen} />)
}

async function loadRow(c: Ctx, id: string) {
  const web = c.get('web')
  const seq = await findThreadSeq(web.store.read, id)
  const [row] = seq === undefined ? [] : await loadInboxRows(web.store.read, [seq])
  return row && rowModel(web, row, viewerOf(c).user.id)
}

export function idOf(c: Ctx): string {
  return c.req.param('id') ?? ''
}
