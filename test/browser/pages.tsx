import type { Child } from 'hono/jsx'
import { Layout, PlainLayout } from '../../views/layout.tsx'
import { InboxPage } from '../../views/pages/Inbox.tsx'
import { HelpPage, ErrorPage } from '../../views/pages/ErrorPage.tsx'
import { FirstVisitPage, InvitationPage, SignInPage } from '../../views/pages/Account.tsx'
import { CoveragePage } from '../../views/pages/Coverage.tsx'
import { CustomerPage } from '../../views/pages/Customer.tsx'
import { CustomerFormPage, CustomersPage, ImportPage } from '../../views/pages/Customers.tsx'
import { QueriesPage, QueryFormPage } from '../../views/pages/Queries.tsx'
import { ListFormPage, ListsPage } from '../../views/pages/Lists.tsx'
import { ExclusionPage, RelevancePage } from '../../views/pages/Relevance.tsx'
import { GroupFormPage, GroupsPage } from '../../views/pages/Groups.tsx'
import { VoicePage } from '../../views/pages/Voice.tsx'
import { AutomationFormPage, AutomationsPage, RunPage } from '../../views/pages/Automations.tsx'
import { ReportsPage } from '../../views/pages/Reports.tsx'
import { ProfilePage, TeamPage, TokensPage, WorkspacePage } from '../../views/pages/Settings.tsx'
import { SourcePage } from '../../views/pages/Source.tsx'
import { SourceFormPage, SourceNewPage, SourcesPage } from '../../views/pages/Sources.tsx'
import { StatusPage } from '../../views/pages/Status.tsx'
import { ProgressPage, WelcomePage, WelcomeSourcesPage } from '../../views/pages/Welcome.tsx'
import * as models from './fixtures/pages.ts'
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
  const plain = (name: string, title: string, content: Child, wide = false) => ({
    name,
    content: (
      <PlainLayout title={title} wide={wide}>
        {content}
      </PlainLayout>
    ),
  })
  const { errors: _errors, ...cleanForm } = models.sourceForm
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
    plain('sign-in', 'Sign in', <SignInPage model={models.signIn} />),
    plain('first-visit', 'Welcome', <FirstVisitPage model={models.firstVisit} />),
    plain(
      'invitation',
      'Join',
      <InvitationPage
        model={{
          token: 'x',
          workspace: 'Lumen Notes',
          invitedBy: 'Mara',
          name: '',
          email: 'sam@lumen.example',
          expired: false,
        }}
      />,
    ),
    plain('welcome', 'Welcome', <WelcomePage model={{ word: '', offersDemo: true }} />, true),
    plain('welcome-sources', 'Welcome', <WelcomeSourcesPage model={models.welcomeSources} />, true),
    plain('welcome-progress', 'Welcome', <ProgressPage model={models.progress} />, true),
    signedIn('customers', 'Customers', <CustomersPage model={models.customers} />, { section: 'customers' }),
    signedIn(
      'customers-empty',
      'Customers',
      <CustomersPage model={{ q: '', canEdit: true, customers: [], total: 0, pager: {} }} />,
      {
        section: 'customers',
      },
    ),
    signedIn('customer', 'Tomás Ferreira', <CustomerPage model={models.customer} />, { section: 'customers' }),
    signedIn(
      'customer-new',
      'New customer',
      <CustomerFormPage model={{ name: '', company: '', emails: '', domains: '', accounts: '', notes: '' }} />,
      { section: 'customers' },
    ),
    signedIn('import', 'Import customers', <ImportPage model={models.imported} />, { section: 'customers' }),
    signedIn('sources', 'Sources', <SourcesPage model={models.sourcesModel} />, { section: 'sources' }),
    signedIn('source-new', 'Add a source', <SourceNewPage model={models.sourceNew} />, { section: 'sources' }),
    signedIn('source-form', 'Connect Bluesky', <SourceFormPage model={models.sourceForm} />, { section: 'sources' }),
    signedIn('source-form-clean', 'Connect Bluesky', <SourceFormPage model={cleanForm} />, { section: 'sources' }),
    signedIn('source', 'Source', <SourcePage model={models.sourceModel} />, { section: 'sources' }),
    signedIn(
      'coverage',
      'What was read',
      <CoveragePage
        model={{
          sources: [
            { id: 's1', name: '@lumennotes.example', network: 'bluesky', coverage: models.sourceModel.coverage },
            { id: 's2', name: '#lumennotes', network: 'mastodon', coverage: models.sourceModel.coverage },
          ],
        }}
      />,
      { section: 'sources' },
    ),
    signedIn('queries', 'Listening', <QueriesPage model={models.queries} />, { section: 'queries' }),
    signedIn('queries-empty', 'Listening', <QueriesPage model={{ queries: [], canEdit: true }} />, {
      section: 'queries',
    }),
    signedIn('query', 'Query', <QueryFormPage model={models.queryForm} />, { section: 'queries' }),
    signedIn('query-broken', 'New query', <QueryFormPage model={models.queryBroken} />, { section: 'queries' }),
    signedIn('lists', 'Exclusion lists', <ListsPage model={models.lists} />, { section: 'queries' }),
    signedIn('list', 'Exclusion list', <ListFormPage model={models.listForm} />, { section: 'queries' }),
    signedIn('relevance', 'Not relevant', <RelevancePage model={models.relevance} />, { section: 'queries' }),
    signedIn('exclusion', 'Leave out zoo', <ExclusionPage model={models.exclusion} />, { section: 'queries' }),
    signedIn('groups', 'Groups', <GroupsPage model={models.groups} />, { section: 'queries' }),
    signedIn('group', 'Brands', <GroupFormPage model={models.groupForm} />, { section: 'queries' }),
    signedIn('voice', 'Share of voice', <VoicePage model={models.voice} />, { section: 'reports' }),
    signedIn('rules', 'Rules', <AutomationsPage model={models.automations} />, { section: 'queries' }),
    signedIn('rule', 'Rule', <AutomationFormPage model={models.automationForm} />, { section: 'queries' }),
    signedIn('rule-run', 'Rule, applied', <RunPage model={models.automationRun} />, { section: 'queries' }),
    signedIn('reports', 'Reports', <ReportsPage model={models.reports} />, { section: 'reports' }),
    signedIn('settings', 'Settings', <ProfilePage model={models.profile} />, {
      section: 'settings',
      flash: [{ tone: 'good', text: 'Your profile is saved.' }],
    }),
    signedIn('team', 'Team', <TeamPage model={models.team} />, { section: 'settings' }),
    signedIn('tokens', 'API tokens', <TokensPage model={models.tokens} />, { section: 'settings' }),
    signedIn('workspace', 'Workspace', <WorkspacePage model={models.workspace} />, { section: 'settings' }),
    signedIn('status', 'Status', <StatusPage model={models.status} />, { section: 'status' }),
    signedIn('help', 'Keyboard shortcuts', <HelpPage />, { section: 'none', demo: true }),
    signedIn('not-found', 'Not here', <ErrorPage model={{ kind: 'not-found' }} />, { section: 'none' }),
  ]
}
