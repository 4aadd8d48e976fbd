/**
 * Every URL that a page links to or a form posts to. The web layer registers its routes with the same functions:
 * `urls.thread(':id')` gives the pattern, `urls.thread(id)` the address.
 */
export const urls = {
  home: () => '/',
  css: () => '/assets/app.css',
  js: () => '/assets/app.js',
  events: () => '/events',
  help: () => '/help',
  status: () => '/status',
  /** POST theme=system|light|dark, back=path. */
  theme: () => '/theme',

  signIn: () => '/sign-in',
  signInLink: (token: string) => `/sign-in/${segment(token)}`,
  signOut: () => '/sign-out',
  firstVisit: () => '/first-visit',
  invitation: (token: string) => `/invitations/${segment(token)}`,

  welcome: () => '/welcome',
  welcomeSources: (word?: string) => withQuery('/welcome/sources', { word }),
  welcomeDemo: () => '/welcome/demo',
  welcomeProgress: () => '/welcome/progress',

  /** GET parameters: see InboxFilters. */
  inbox: (params: Params = {}) => withQuery('/inbox', params),
  views: () => '/inbox/views',
  view: (id: string) => `/inbox/views/${segment(id)}`,
  /** The inbox with this thread open; takes the inbox's own parameters so that the list beside it stays. */
  thread: (id: string, params: Params = {}) => withQuery(`/threads/${segment(id)}`, params),
  threadConversation: (id: string) => `/threads/${segment(id)}/conversation`,
  threadRow: (id: string) => `/threads/${segment(id)}/row`,
  threadReplies: (id: string) => `/threads/${segment(id)}/replies`,
  threadDraft: (id: string) => `/threads/${segment(id)}/draft`,
  threadNotes: (id: string) => `/threads/${segment(id)}/notes`,
  threadAssignee: (id: string) => `/threads/${segment(id)}/assignee`,
  threadState: (id: string) => `/threads/${segment(id)}/state`,
  threadTags: (id: string) => `/threads/${segment(id)}/tags`,
  /** POST decision=send_again|mark_sent|edit|cancel. */
  replyDecision: (id: string) => `/replies/${segment(id)}/decision`,
  /** POST sentiment, intents[]; accepted=1 to keep the machine's label. */
  /** POST: into the language of the viewer. */
  translation: (mentionId: string) => `/mentions/${segment(mentionId)}/translation`,
  classification: (mentionId: string) => `/mentions/${segment(mentionId)}/classification`,
  /** POST decision=deny|confirm. */
  mentionCopy: (mentionId: string) => `/mentions/${segment(mentionId)}/copy`,
  /** POST customerId, decision=accept|reject|unlink. */
  mentionLink: (mentionId: string) => `/mentions/${segment(mentionId)}/link`,

  /** POST query, relevant=0|1. */
  mentionRelevance: (mentionId: string) => `/mentions/${segment(mentionId)}/relevance`,
  /** POST thread[], query, back. */
  inboxLabels: () => '/inbox/labels',
  inboxRelevance: () => '/inbox/relevance',

  customers: (params: Params = {}) => withQuery('/customers', params),
  customerNew: (params: Params = {}) => withQuery('/customers/new', params),
  customersImport: () => '/customers/import',
  customer: (id: string, params: Params = {}) => withQuery(`/customers/${segment(id)}`, params),
  customerEdit: (id: string) => `/customers/${segment(id)}/edit`,
  customerTouchpoints: (id: string) => `/customers/${segment(id)}/touchpoints`,

  sources: () => '/sources',
  sourceCoverage: () => '/sources/coverage',
  sourceNew: () => '/sources/new',
  sourceNewFor: (connector: string) => `/sources/new/${segment(connector)}`,
  source: (id: string) => `/sources/${segment(id)}`,
  sourceEdit: (id: string) => `/sources/${segment(id)}/edit`,
  sourceCheck: (id: string) => `/sources/${segment(id)}/check`,
  sourceRuns: (id: string) => `/sources/${segment(id)}/runs`,
  /** POST on=1|0. */
  sourceStream: (id: string) => `/sources/${segment(id)}/stream`,
  /** POST paused=1|0. */
  sourcePause: (id: string) => `/sources/${segment(id)}/pause`,
  /** POST enabled=1|0: read gaps again although it costs. */
  sourceBackfill: (id: string) => `/sources/${segment(id)}/backfill`,
  /** POST multipart: file, for sources that take files. */
  sourceUpload: (id: string) => `/sources/${segment(id)}/upload`,
  sourceRemoval: (id: string) => `/sources/${segment(id)}/removal`,
  /** POST decision=retry|discard. */
  quarantined: (sourceId: string, id: string) => `/sources/${segment(sourceId)}/quarantine/${segment(id)}`,

  queries: () => '/queries',
  queryNew: (params: Params = {}) => withQuery('/queries/new', params),
  queryPreview: () => '/queries/preview',
  query: (id: string, params: Params = {}) => withQuery(`/queries/${segment(id)}`, params),
  /** GET query (and lists) of the form, or from and to: numbers of versions. */
  queryCompare: (id: string, params: Params = {}) => withQuery(`/queries/${segment(id)}/compare`, params),
  /** POST: this version is in force again. */
  queryVersion: (id: string, version: string) => `/queries/${segment(id)}/versions/${segment(version)}`,
  queryQuality: (id: string) => `/queries/${segment(id)}/quality`,
  /** POST: counts on; the one that comes to the end keeps the samples. */
  queryDraw: (id: string) => `/queries/${segment(id)}/quality/draws`,
  /** GET of: match, near, not, or the number of a part. */
  queryLabel: (id: string, params: Params = {}) => withQuery(`/queries/${segment(id)}/quality/label`, params),
  /** POST mention, version, of, label=yes|no|unsure or undo=1. */
  queryLabels: (id: string) => `/queries/${segment(id)}/quality/labels`,
  queryRemoval: (id: string) => `/queries/${segment(id)}/removal`,

  understanding: () => '/understanding',
  /** POST learns, unsurePercent. */
  understandingSettings: () => '/understanding/settings',
  /** POST: learn now. */
  understandingTraining: () => '/understanding/training',
  /** POST; `built-in` for none of ours. */
  modelActivation: (id: string) => `/understanding/versions/${segment(id)}/activation`,
  /** POST state=running|paused|cancelled. GET: the part that shows how far it is. */
  rejudgement: (id: string) => `/understanding/rejudgements/${segment(id)}`,
  rules: () => '/understanding/rules',
  ruleNew: (params: Params = {}) => withQuery('/understanding/rules/new', params),
  rulePreview: () => '/understanding/rules/preview',
  rule: (id: string, params: Params = {}) => withQuery(`/understanding/rules/${segment(id)}`, params),
  /** POST by=up|down. */
  rulePlace: (id: string) => `/understanding/rules/${segment(id)}/place`,
  ruleRemoval: (id: string) => `/understanding/rules/${segment(id)}/removal`,
  provider: () => '/understanding/provider',
  /** GET: what was called not relevant, and what it suggests. POST mention[]: relevant after all. */
  queryRelevance: (id: string) => `/queries/${segment(id)}/relevance`,
  /** GET add=text: what leaving it out would hide. POST add, target=query or the id of a list. */
  queryExclusion: (id: string, params: Params = {}) => withQuery(`/queries/${segment(id)}/exclusion`, params),

  lists: () => '/lists',
  listNew: (params: Params = {}) => withQuery('/lists/new', params),
  listPreview: () => '/lists/preview',
  list: (id: string) => `/lists/${segment(id)}`,
  /** POST: this version is in force again. */
  listVersion: (id: string, version: string) => `/lists/${segment(id)}/versions/${segment(version)}`,
  listRemoval: (id: string) => `/lists/${segment(id)}/removal`,

  /** GET days. */
  topics: (params: Params = {}) => withQuery('/understanding/topics', params),
  topicNew: (params: Params = {}) => withQuery('/understanding/topics/new', params),
  /** GET days, topic: an id. */
  topicsEmerging: (params: Params = {}) => withQuery('/understanding/topics/emerging', params),
  topicPreview: () => '/understanding/topics/preview',
  /** GET days, sentiment, before: the number of a mention. */
  topic: (id: string, params: Params = {}) => withQuery(`/understanding/topics/${segment(id)}`, params),
  topicEdit: (id: string) => `/understanding/topics/${segment(id)}/edit`,
  topicRemoval: (id: string) => `/understanding/topics/${segment(id)}/removal`,
  /** POST mode=count|apply. */
  topicWalk: (id: string) => `/understanding/topics/${segment(id)}/history`,

  automations: () => '/rules',
  automationNew: () => '/rules/new',
  automation: (id: string) => `/rules/${segment(id)}`,
  automationRemoval: (id: string) => `/rules/${segment(id)}/removal`,
  /** POST: one place earlier in the order. */
  automationRise: (id: string) => `/rules/${segment(id)}/rise`,
  /** POST: counts what the rule would change in history. */
  automationRuns: (id: string) => `/rules/${segment(id)}/runs`,
  /** POST step=apply|cancel|undo. */
  automationRun: (id: string) => `/rule-runs/${segment(id)}`,

  groups: () => '/groups',
  groupNew: () => '/groups/new',
  group: (id: string) => `/groups/${segment(id)}`,
  groupRemoval: (id: string) => `/groups/${segment(id)}/removal`,

  voice: (params: Params = {}) => withQuery('/reports/voice', params),
  taughtTags: () => '/understanding/tags',
  taughtTag: (id: string) => `/understanding/tags/${segment(id)}`,
  tagTraining: (id: string) => `/understanding/tags/${segment(id)}/training`,
  /** POST mode, threshold, version. */
  tagUse: (id: string) => `/understanding/tags/${segment(id)}/use`,
  /** POST tag, decision=accepted|rejected, back=tag|thread. */
  threadSuggestion: (id: string) => `/threads/${segment(id)}/suggestions`,

  audits: () => '/understanding/audits',
  /** GET at: the number of an item in the draw. */
  audit: (id: string, params: Params = {}) => withQuery(`/understanding/audits/${segment(id)}`, params),
  auditSeat: (id: string) => `/understanding/audits/${segment(id)}/seat`,
  /** POST position, label. */
  auditLabel: (id: string) => `/understanding/audits/${segment(id)}/labels`,
  auditVerdict: (id: string) => `/understanding/audits/${segment(id)}/verdicts`,
  auditClosing: (id: string) => `/understanding/audits/${segment(id)}/closing`,
  /** GET before: the number of a mention; POST mention, decision=stars|text|mixed. */
  disagreements: (params: Params = {}) => withQuery('/understanding/disagreements', params),

  reports: (params: Params = {}) => withQuery('/reports', params),

  settings: () => '/settings',
  settingsProfile: () => '/settings/profile',
  settingsSessionRemoval: (id: string) => `/settings/sessions/${segment(id)}/removal`,
  /** GET before or after: the number of an entry. */
  settingsAudit: (params: Params = {}) => withQuery('/settings/audit', params),
  settingsPassword: () => '/settings/password',
  settingsTeam: () => '/settings/team',
  settingsInvitations: () => '/settings/invitations',
  /** POST role, disabled. */
  settingsUser: (id: string) => `/settings/team/${segment(id)}`,
  settingsTokens: () => '/settings/tokens',
  settingsTokenRemoval: (id: string) => `/settings/tokens/${segment(id)}/removal`,
  settingsWorkspace: () => '/settings/workspace',
}

export type Params = Record<string, string | number | readonly string[] | undefined>

/** A path with its query; empty and absent values are left out, so that addresses stay short enough to share. */
export function withQuery(path: string, params: Params): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one))
  }
  const text = query.toString()
  return text ? `${path}?${text}` : path
}

function segment(value: string): string {
  return value.startsWith(':') ? value : encodeURIComponent(value)
}
