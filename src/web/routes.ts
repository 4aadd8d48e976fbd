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
import { showInbox } from './inbox/showInbox.tsx'
import { correctMention } from './mentions/correct.ts'
import { linkMention } from './mentions/link.ts'
import { decideReply } from './replies/decideReply.ts'
import { sendReply } from './replies/sendReply.ts'
import { showReports } from './reports/showReports.tsx'
import { streamEvents } from './sse.ts'
import { changeTheme } from './theme.ts'
import { changeAssignee, changeState, changeTags, writeDraft, writeNote } from './threads/actions.ts'
import { showConversation, showRow, showThread } from './threads/showThread.tsx'
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
  post(urls.mentionLink(id), 'customers', linkMention),

  get(urls.reports(), 'read', showReports),
]

/** Paths that take files; everything else is small. */
export const largeBodies: ReadonlySet<string> = new Set([urls.customersImport()])
