import type { Child } from 'hono/jsx'
import { Layout } from '../../views/layout.tsx'
import { InboxPage } from '../../views/pages/Inbox.tsx'
import { closedThread, inbox, thread } from './fixtures/inbox.ts'
import { shell } from './fixtures/shell.ts'

export interface PreviewPage {
  name: string
  content: Child
}

/** Every page with rich made-up models, in its full, empty and troubled forms. */
export function previewPages(): PreviewPage[] {
  const signedIn = (name: string, title: string, content: Child, more: Partial<typeof shell> = {}, wide = false) => ({
    name,
    content: (
      <Layout shell={{ ...shell, ...more }} title={title} wide={wide}>
        {content}
      </Layout>
    ),
  })
  return [
    signedIn('inbox', 'Inbox', <InboxPage model={inbox} />, {}, true),
    signedIn('thread', 'Thread', <InboxPage model={{ ...inbox, thread }} />, {}, true),
    signedIn(
      'thread-closed',
      'Thread',
      <InboxPage
        model={{ ...inbox, thread: closedThread, filters: { view: 'unanswered', sentiment: 'negative', source: 's1' } }}
      />,
      {},
      true,
    ),
    signedIn(
      'inbox-empty',
      'Inbox',
      <InboxPage model={{ ...inbox, rows: [], pager: {}, total: { count: 0, exact: true }, empty: 'no-source' }} />,
      { health: { total: 0, failing: 0, paused: 0 }, inboxCount: 0 },
      true,
    ),
  ]
}
