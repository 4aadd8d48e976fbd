import { urls } from '../../views/urls.ts'
import { createOwner, showFirstVisit } from './account/firstVisit.tsx'
import { acceptInvitation, showInvitation } from './account/invitation.tsx'
import { showSignIn, signIn } from './account/signIn.tsx'
import { showSignInLink, useSignInLink } from './account/signInLink.tsx'
import { signOut } from './account/signOut.ts'
import { showAsset } from './assets.ts'
import { showAvatar } from './avatar.ts'
import type { Needs } from './guard.ts'
import { goHome } from './home.ts'
import { removeView, saveView } from './inbox/saveView.ts'
import {
  createAutomation,
  dropAutomation,
  raise,
  saveAutomation,
  showAutomation,
  showAutomations,
  showNewAutomation,
} from './automations/automations.tsx'
import { countRun, showRun, steerRun } from './automations/runs.tsx'
import { createGroup, dropGroup, saveGroup, showGroup, showGroups, showNewGroup } from './groups/groups.tsx'
import { showInbox } from './inbox/showInbox.tsx'
import {
  createList,
  dropList,
  restoreListVersion,
  saveList,
  showList,
  showListPreview,
  showLists,
  showNewList,
} from './lists/lists.tsx'
import { correctMention } from './mentions/correct.ts'
import { translateMention } from './mentions/translate.ts'
import { decideMentionCopy } from './mentions/decideCopy.ts'
import { labelInBulk } from './mentions/labelInBulk.ts'
import { linkMention } from './mentions/link.ts'
import { decideReply } from './replies/decideReply.ts'
import { judgeRelevance, rejectInBulk } from './mentions/relevance.ts'
import { addExclusion, restoreSome, showExclusion, showRelevance } from './relevance/relevance.tsx'
import { sendReply } from './replies/sendReply.ts'
import { showCompare } from './queries/quality/compare.tsx'
import { drawSamples } from './queries/quality/draw.ts'
import { showLabelling, writeLabel } from './queries/quality/label.tsx'
import { showQuality } from './queries/quality/quality.tsx'
import { restoreVersion } from './queries/restoreVersion.ts'
import { showReports } from './reports/showReports.tsx'
import { showVoice } from './reports/showVoice.tsx'
import { streamEvents } from './sse.ts'
import { changeTheme } from './theme.ts'
import { changeAssignee, changeState, changeTags, writeDraft, writeNote } from './threads/actions.ts'
import { showConversation, showRow, showThread } from './threads/showThread.tsx'
import { createFromForm, saveCustomer, showEditCustomer, showNewCustomer } from './customers/customerForm.tsx'
import { runImport, showImport } from './customers/importCustomers.tsx'
import { showCustomers } from './customers/listCustomers.tsx'
import { showCustomer, writeTouchpoint } from './customers/showCustomer.tsx'
import {
  createQuery,
  dropQuery,
  saveQuery,
  showNewQuery,
  showPreview,
  showQueries,
  showQuery,
} from './queries/queries.tsx'
import { goTo } from './respond.tsx'
import { showAudit } from './settings/audit.tsx'
import { endSession } from './settings/sessions.ts'
import { changePassword, saveProfile, showProfile } from './settings/profile.tsx'
import { changeMember, invite, showTeam } from './settings/team.tsx'
import { createToken, removeToken, showTokens } from './settings/tokens.tsx'
import { saveWorkspace, showWorkspace } from './settings/workspace.tsx'
import {
  decideQuarantined,
  dropSource,
  pauseOrResume,
  runSource,
  switchStream,
  switchBackfill,
} from './sources/actions.ts'
import { saveSource, showEditSource } from './sources/editSource.tsx'
import { showSources } from './sources/listSources.tsx'
import { fileConnector } from './sources/fileConnector.ts'
import { createSource, showConnectors, showNewSource } from './sources/newSource.tsx'
import { showCoverage } from './sources/showCoverage.tsx'
import { showSource } from './sources/showSource.tsx'
import { uploadFile } from './sources/uploadFile.ts'
import { showAlive, showHelp, showReady, showStatus } from './status/showStatus.tsx'
import { activateVersion, saveJudging, startTraining } from './understanding/changeLearning.tsx'
import { showRejudgement, steerRejudging } from './understanding/rejudgements.tsx'
import {
  createRule,
  dropRule,
  placeRule,
  saveRule,
  showNewRule,
  showRule,
  showRulePreview,
  showRules,
} from './understanding/rules.tsx'
import { saveProvider, showProvider } from './understanding/provider.tsx'
import { decideTag, saveUse, showTaughtTag, showTaughtTags, trainTag } from './tags/tags.tsx'
import { finishAudit, labelOne, settleOne, showAudit as showLabelAudit, sitDown } from './audits/audit.tsx'
import { changeAudits, showAudits } from './audits/audits.tsx'
import { decideDisagreement, showDisagreements } from './disagreements/disagreements.tsx'
import { showEmerging } from './topics/showEmerging.tsx'
import { showTopic } from './topics/showTopic.tsx'
import {
  createTopic,
  dropTopic,
  saveTopic,
  showEditTopic,
  showNewTopic,
  showTopicPreview,
  showTopics,
  walkHistory,
} from './topics/topics.tsx'
import { showLearning } from './understanding/showLearning.tsx'
import { connectOffers, showOffers } from './welcome/sources.tsx'
import { showProgress, showWelcome, startDemo } from './welcome/welcome.tsx'
import type { Handler } from './web.ts'

export interface Route {
  method: 'GET' | 'POST'
  path: string
  needs: Needs
  handler: Handler
}

const get = (path: string, needs: Needs, handler: Handler): Route => ({ method: 'GET', path, needs, handler })
const post = (path: string, needs: Needs, handler: Handler): Route => ({ method: 'POST', path, needs, handler })
const id = ':id'

/** Every address of the interface: method, path, who may, what answers. GET never writes. */
export const routes: readonly Route[] = [
  get(urls.home(), 'anyone', goHome),
  get('/assets/:name', 'anyone', showAsset),
  get('/avatar/:sig/:url', 'read', showAvatar),
  get(urls.events(), 'read', streamEvents),
  post(urls.theme(), 'self', changeTheme),

  get(urls.signIn(), 'anyone', showSignIn),
  post(urls.signIn(), 'anyone', signIn),
  get(urls.signInLink(':token'), 'anyone', showSignInLink),
  post(urls.signInLink(':token'), 'anyone', useSignInLink),
  post(urls.signOut(), 'self', signOut),
  get(urls.firstVisit(), 'anyone', showFirstVisit),
  post(urls.firstVisit(), 'anyone', createOwner),
  get(urls.invitation(':token'), 'anyone', showInvitation),
  post(urls.invitation(':token'), 'anyone', acceptInvitation),

  get(urls.inbox(), 'read', showInbox),
  post(urls.views(), 'self', saveView),
  post(urls.view(id), 'self', removeView),
  get(urls.thread(id), 'read', showThread),
  get(urls.threadConversation(id), 'read', showConversation),
  get(urls.threadRow(id), 'read', showRow),
  post(urls.threadReplies(id), 'reply', sendReply),
  post(urls.threadDraft(id), 'reply', writeDraft),
  post(urls.threadNotes(id), 'triage', writeNote),
  post(urls.threadAssignee(id), 'triage', changeAssignee),
  post(urls.threadState(id), 'triage', changeState),
  post(urls.threadTags(id), 'triage', changeTags),
  post(urls.replyDecision(id), 'reply', decideReply),
  post(urls.classification(id), 'triage', correctMention),
  post(urls.translation(id), 'triage', translateMention),
  post(urls.mentionCopy(id), 'triage', decideMentionCopy),
  post(urls.mentionLink(id), 'customers', linkMention),
  post(urls.mentionRelevance(id), 'triage', judgeRelevance),
  post(urls.inboxRelevance(), 'triage', rejectInBulk),
  post(urls.inboxLabels(), 'triage', labelInBulk),

  get(urls.customers(), 'read', showCustomers),
  get(urls.customerNew(), 'customers', showNewCustomer),
  post(urls.customerNew(), 'customers', createFromForm),
  get(urls.customersImport(), 'customers', showImport),
  post(urls.customersImport(), 'customers', runImport),
  get(urls.customer(id), 'read', showCustomer),
  get(urls.customerEdit(id), 'customers', showEditCustomer),
  post(urls.customerEdit(id), 'customers', saveCustomer),
  post(urls.customerTouchpoints(id), 'customers', writeTouchpoint),

  get(urls.welcome(), 'sources', showWelcome),
  get(urls.welcomeSources(), 'sources', showOffers),
  post(urls.welcomeSources(), 'sources', connectOffers),
  post(urls.welcomeDemo(), 'sources', startDemo),
  get(urls.welcomeProgress(), 'read', showProgress),
  get(urls.sources(), 'read', showSources),
  get(urls.sourceCoverage(), 'read', showCoverage),
  get(urls.sourceNew(), 'sources', showConnectors),
  get(urls.sourceNewFor(':connector'), 'sources', showNewSource),
  post(urls.sourceNewFor(':connector'), 'sources', createSource),
  get(urls.source(id), 'read', showSource),
  get(urls.sourceEdit(id), 'sources', showEditSource),
  post(urls.sourceEdit(id), 'sources', saveSource),
  post(urls.sourceRuns(id), 'sources', runSource),
  post(urls.sourcePause(id), 'sources', pauseOrResume),
  post(urls.sourceStream(id), 'sources', switchStream),
  post(urls.sourceBackfill(id), 'sources', switchBackfill),
  post(urls.sourceUpload(id), 'sources', uploadFile),
  post(urls.sourceRemoval(id), 'sources', dropSource),
  post(urls.quarantined(id, ':record'), 'sources', decideQuarantined),

  get(urls.queries(), 'read', showQueries),
  get(urls.queryNew(), 'queries', showNewQuery),
  post(urls.queryNew(), 'queries', createQuery),
  get(urls.queryPreview(), 'read', showPreview),
  get(urls.query(id), 'read', showQuery),
  get(urls.queryCompare(id), 'read', showCompare),
  get(urls.queryQuality(id), 'read', showQuality),
  post(urls.queryDraw(id), 'triage', drawSamples),
  get(urls.queryLabel(id), 'triage', showLabelling),
  post(urls.queryLabels(id), 'triage', writeLabel),
  post(urls.query(id), 'queries', saveQuery),
  post(urls.queryVersion(id, ':version'), 'queries', restoreVersion),
  post(urls.queryRemoval(id), 'queries', dropQuery),

  get(urls.understanding(), 'read', showLearning),
  post(urls.understandingSettings(), 'settings', saveJudging),
  post(urls.understandingTraining(), 'settings', startTraining),
  post(urls.modelActivation(id), 'settings', activateVersion),
  get(urls.rejudgement(id), 'read', showRejudgement),
  post(urls.rejudgement(id), 'settings', steerRejudging),
  get(urls.rules(), 'read', showRules),
  get(urls.ruleNew(), 'settings', showNewRule),
  post(urls.ruleNew(), 'settings', createRule),
  get(urls.rulePreview(), 'read', showRulePreview),
  get(urls.rule(id), 'read', showRule),
  post(urls.rule(id), 'settings', saveRule),
  post(urls.rulePlace(id), 'settings', placeRule),
  post(urls.ruleRemoval(id), 'settings', dropRule),
  get(urls.provider(), 'read', showProvider),
  post(urls.provider(), 'settings', saveProvider),
  get(urls.queryRelevance(id), 'read', showRelevance),
  post(urls.queryRelevance(id), 'triage', restoreSome),
  get(urls.queryExclusion(id), 'read', showExclusion),
  post(urls.queryExclusion(id), 'queries', addExclusion),

  get(urls.lists(), 'read', showLists),
  get(urls.listNew(), 'queries', showNewList),
  post(urls.listNew(), 'queries', createList),
  get(urls.listPreview(), 'read', showListPreview),
  get(urls.list(id), 'read', showList),
  post(urls.list(id), 'queries', saveList),
  post(urls.listVersion(id, ':version'), 'queries', restoreListVersion),
  post(urls.listRemoval(id), 'queries', dropList),
  get(urls.topics(), 'read', showTopics),
  get(urls.topicNew(), 'queries', showNewTopic),
  post(urls.topicNew(), 'queries', createTopic),
  get(urls.topicPreview(), 'read', showTopicPreview),
  get(urls.topicsEmerging(), 'read', showEmerging),
  get(urls.topic(id), 'read', showTopic),
  get(urls.topicEdit(id), 'read', showEditTopic),
  post(urls.topicEdit(id), 'queries', saveTopic),
  post(urls.topicRemoval(id), 'queries', dropTopic),
  post(urls.topicWalk(id), 'queries', walkHistory),
  get(urls.taughtTags(), 'read', showTaughtTags),
  get(urls.taughtTag(id), 'read', showTaughtTag),
  post(urls.tagTraining(id), 'settings', trainTag),
  post(urls.tagUse(id), 'settings', saveUse),
  post(urls.threadSuggestion(id), 'triage', decideTag),
  get(urls.audits(), 'read', showAudits),
  post(urls.audits(), 'settings', changeAudits),
  get(urls.audit(id), 'read', showLabelAudit),
  post(urls.auditSeat(id), 'triage', sitDown),
  post(urls.auditLabel(id), 'triage', labelOne),
  post(urls.auditVerdict(id), 'triage', settleOne),
  post(urls.auditClosing(id), 'settings', finishAudit),
  get(urls.disagreements(), 'read', showDisagreements),
  post(urls.disagreements(), 'triage', decideDisagreement),

  get(urls.automations(), 'read', showAutomations),
  get(urls.automationNew(), 'queries', showNewAutomation),
  post(urls.automationNew(), 'queries', createAutomation),
  get(urls.automation(id), 'read', showAutomation),
  post(urls.automation(id), 'queries', saveAutomation),
  post(urls.automationRemoval(id), 'queries', dropAutomation),
  post(urls.automationRise(id), 'queries', raise),
  post(urls.automationRuns(id), 'queries', countRun),
  get(urls.automationRun(id), 'read', showRun),
  post(urls.automationRun(id), 'queries', steerRun),

  get(urls.groups(), 'read', showGroups),
  get(urls.groupNew(), 'queries', showNewGroup),
  post(urls.groupNew(), 'queries', createGroup),
  get(urls.group(id), 'read', showGroup),
  post(urls.group(id), 'queries', saveGroup),
  post(urls.groupRemoval(id), 'queries', dropGroup),

  get(urls.voice(), 'read', showVoice),
  get(urls.reports(), 'read', showReports),

  get(urls.settings(), 'self', (c) => goTo(c, urls.settingsProfile())),
  get(urls.settingsProfile(), 'self', showProfile),
  post(urls.settingsProfile(), 'self', saveProfile),
  post(urls.settingsPassword(), 'self', changePassword),
  post(urls.settingsSessionRemoval(id), 'self', endSession),
  get(urls.settingsTeam(), 'read', showTeam),
  post(urls.settingsInvitations(), 'team', invite),
  post(urls.settingsUser(id), 'team', changeMember),
  get(urls.settingsTokens(), 'self', showTokens),
  post(urls.settingsTokens(), 'self', createToken),
  post(urls.settingsTokenRemoval(id), 'self', removeToken),
  get(urls.settingsWorkspace(), 'read', showWorkspace),
  post(urls.settingsWorkspace(), 'settings', saveWorkspace),
  get(urls.settingsAudit(), 'audit', showAudit),

  get(urls.status(), 'read', showStatus),
  get(urls.help(), 'self', showHelp),
  get('/healthz', 'anyone', showAlive),
  get('/readyz', 'anyone', showReady),
]

/** Paths that take files; everything else is small. */
export const largeBodies: ReadonlySet<string> = new Set([urls.customersImport(), urls.sourceNewFor(fileConnector)])
