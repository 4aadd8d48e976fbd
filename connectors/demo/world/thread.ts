import type { MentionKind } from '../../../src/connector/contract.ts'
import {
  closingAnswers,
  companyAnswers,
  nudgeLines,
  askBackLines,
  stillLines,
  thanksLines,
  unheardLines,
} from '../texts/conversations.ts'
import { demoImpostor } from '../customers.ts'
import { bystanderLines, impostorLine } from '../texts/forum.ts'
import type { Labels, Line } from '../texts/line.ts'
import { hourMs, maxThreadMs, minuteMs } from './clock.ts'
import { around, dice, type Dice, pick } from './random.ts'
import { authorFor, type Persona } from './people.ts'
import type { Root } from './roots.ts'
import { fillSlots } from './slots.ts'

/** One item of a conversation with everything that will happen to it. */
export interface WorldItem {
  id: string
  root: Root
  kind: MentionKind
  /** Absent: the company itself. */
  author?: Persona
  at: number
  text: string
  lang: string
  title?: string
  parentId?: string
  labels?: Labels
  /** Quiet changes are not in the feed: only a recheck finds them. */
  edit?: { at: number; text: string; quiet: boolean }
  deletion?: { at: number; quiet: boolean }
  ownerReply?: { at: number; text: string }
  /** Asks why nobody answers: not written when somebody did. */
  nudge?: boolean
}

/** Live conversations are over within the hour, outages included: a poll every ten seconds need not look further back. */
export const maxLiveThreadMs = hourMs

/** The whole conversation. Before `origin` the company answered on the platform itself, later hardly ever. */
export function tellThread(seed: number, root: Root, origin: number): WorldItem[] {
  const author = authorFor(seed, root.line.lang, root.id, isSpam(root.line))
  const roll = dice(seed, 'thread', root.id)
  const first = opening(seed, root, author)
  const answerAt = nativeAnswerAt(root, roll)
  const answered = answerAt !== undefined && (answerAt <= origin || roll() < 0.1)
  const answer = answered ? nativeAnswer(root, first, answerAt, roll) : undefined
  if (answer && root.channel === 'reviews')
    return [{ ...first, ownerReply: { at: answer.at, text: answer.text } }, ...copies(seed, first)]
  const items = [first, ...copies(seed, first), ...bystanders(seed, first), ...nudge(seed, first, answer?.at)]
  return answer ? [...items, answer, ...afterwards(seed, first, answer)] : items
}

function opening(seed: number, root: Root, author: Persona): WorldItem {
  const { line, channel } = root
  const roll = dice(seed, 'fate', root.id)
  const text = fillSlots(line.text, seed, root.id)
  const addressed = channel === 'social' && text.includes('@tamsel')
  const kinds = { social: addressed ? 'mention' : 'post', forum: 'post', reviews: 'review', video: 'comment' } as const
  const fate = roll()
  const when = root.at + Math.floor((root.live ? 10 : 300) * minuteMs * (0.2 + roll()))
  return {
    id: root.id,
    root,
    kind: kinds[channel],
    author,
    at: root.at,
    text,
    lang: line.lang,
    labels: line,
    ...(line.title ? { title: fillSlots(line.title, seed, root.id) } : {}),
    ...(fate < 0.035 ? { edit: { at: when, text: edited(root, text, roll), quiet: roll() < 0.5 } } : {}),
    ...(fate > 0.975 ? { deletion: { at: when, quiet: roll() < 0.5 } } : {}),
  }
}

const additions = [
  'Edit: it is the white one, if that matters.',
  'Edit: serial number starts with 22.',
  '(edit: same on my tablet)',
]

function edited(root: Root, text: string, roll: Dice): string {
  const detail = root.line.lang === 'en' && root.line.intents.includes('bug_report')
  return `${text}\n\n${detail ? pick(additions, roll()) : pick(['(edit: typo)', 'Edit: 📷'], roll())}`
}

/** By intent, the most telling first: it chooses the answer. */
const answerShare: Record<string, number> = {
  purchase_intent: 0.95,
  bug_report: 0.88,
  complaint: 0.85,
  question: 0.92,
  feature_request: 0.6,
  praise: 0.3,
}
/** Not addressed to the company, or nothing to say to it. */
const silentTopics = new Set(['competitor', 'chat', 'chatter', 'verdict', 'spam'])

function nativeAnswerAt(root: Root, roll: Dice): number | undefined {
  const { line, channel } = root
  const share = Math.max(0, ...line.intents.map((intent) => answerShare[intent] ?? 0)) * (channel === 'video' ? 0.3 : 1)
  if (roll() > share || silentTopics.has(line.topic)) return undefined
  if (root.live) return Math.floor(root.at + (4 + roll() * 16) * minuteMs)
  const wait = around(channel === 'reviews' ? 14 * hourMs : 48 * minuteMs, roll)
  const at = root.at + wait
  const hour = Math.floor(at / hourMs) % 24
  // Nobody is at the desk at night: what came in then is answered in the morning.
  const rested = hour < 7 || hour >= 21 ? at + ((31 - hour) % 24) * hourMs + roll() * hourMs : at
  return Math.floor(Math.min(rested, root.at + maxThreadMs / 2))
}

function nativeAnswer(root: Root, first: WorldItem, at: number, roll: Dice): WorldItem | undefined {
  const book = companyAnswers[root.line.lang]
  const intent = Object.keys(answerShare).find((name) => root.line.intents.some((own) => own === name))
  // Nobody on the team writes Japanese: such posts wait for the person at the screen.
  const answers =
    book?.[root.line.topic] ?? book?.[intent ?? ''] ?? (intent === 'bug_report' ? book?.['complaint'] : undefined)
  if (!answers) return undefined
  const text = fillSlots(pick(answers, roll()), root.id)
  return { id: `${root.id}-a`, root, kind: answerKind(first), at, text, lang: root.line.lang, parentId: first.id }
}

function answerKind(first: WorldItem): MentionKind {
  return first.root.channel === 'social' ? 'reply' : 'comment'
}

/** Says a line in the conversation. */
function said(
  seed: number,
  first: WorldItem,
  line: Line,
  tail: string,
  at: number,
  parentId: string,
  by?: Persona,
): WorldItem {
  const author = by ?? authorFor(seed, line.lang, `${first.id}-${tail}`)
  const id = `${first.id}-${tail}`
  return {
    id,
    root: first.root,
    kind: answerKind(first),
    author,
    at: Math.floor(at),
    text: fillSlots(line.text, seed, id),
    lang: line.lang,
    parentId,
    labels: line,
  }
}

/** The same advertisement from several accounts, and now and then a good line that somebody passes off as their own. */
function copies(seed: number, first: WorldItem): WorldItem[] {
  const { root } = first
  if (root.channel === 'reviews') return []
  const roll = dice(seed, 'copies', first.id)
  const count = isSpam(root.line) ? 1 + Math.floor(roll() * 2.5) : roll() < 0.015 ? 1 : 0
  return Array.from({ length: count }, (_, index) => {
    const { edit: _edit, deletion: _deletion, ...same } = first
    const id = `${first.id}-r${index}`
    return {
      ...same,
      id,
      author: authorFor(seed, first.lang, id, true),
      at: first.at + Math.floor((1 + roll() * 25) * minuteMs),
    }
  })
}

function bystanders(seed: number, first: WorldItem): WorldItem[] {
  const { root } = first
  const roll = dice(seed, 'bystanders', first.id)
  const chance = { social: 0.14, forum: 0.8, reviews: 0, video: 0.12 }[root.channel] * (root.line.lang === 'en' ? 1 : 0)
  const fitting = bystanderLines.filter((line) => line.topic === occasionOf(root.line))
  const heard = [0, 1, 2].flatMap((index) => {
    if (roll() > chance / (index + 1)) return []
    const at = first.at + (root.live ? (1 + roll() * 12) * minuteMs : around(40 * minuteMs, roll, 0.7))
    const comment = said(
      seed,
      first,
      pick(fitting, roll()),
      `b${index}`,
      Math.min(at, first.at + maxThreadMs / 3),
      first.id,
    )
    return [root.channel === 'social' && roll() < 0.35 ? { ...comment, kind: 'quote' as const } : comment]
  })
  const trap = root.channel === 'social' && isProblem(root.line) && roll() < 0.03
  return trap ? [...heard, said(seed, first, impostorLine, 'i', first.at + 3 * minuteMs, first.id, impostor)] : heard
}

const impostor = demoImpostor()

function isSpam(labels: Labels): boolean {
  return labels.intents.includes('spam_promo')
}

function isProblem(labels: Labels): boolean {
  return labels.intents.some((intent) => intent === 'complaint' || intent === 'bug_report')
}

/** What other people, and the author after an answer, could sensibly say. */
function occasionOf(labels: Labels): 'fault' | 'gripe' | 'ask' | 'nice' {
  const has = (wanted: string) => labels.intents.some((intent) => intent === wanted)
  return has('bug_report') ? 'fault' : has('complaint') ? 'gripe' : has('question') ? 'ask' : 'nice'
}

/** "hello??" – before any answer. */
function nudge(seed: number, first: WorldItem, answerAt: number | undefined): WorldItem[] {
  const { root } = first
  const roll = dice(seed, 'nudge', first.id)
  const waits = root.line.urgency !== 'low' && root.channel !== 'reviews' && root.channel !== 'video'
  if (!waits || roll() > (root.line.urgency === 'high' ? 0.4 : 0.14)) return []
  const at = first.at + (root.live ? (4 + roll() * 12) * minuteMs : (1.5 + roll() * 14) * hourMs)
  if (answerAt !== undefined && answerAt < at) return []
  const line = pick(nudgeLines[first.lang] ?? nudgeLines['en'] ?? [], roll())
  return [{ ...said(seed, first, line, 'n', at, first.id, first.author), nudge: true }]
}

/** What the customer says to a native answer. */
function afterwards(seed: number, first: WorldItem, answer: WorldItem): WorldItem[] {
  const roll = dice(seed, 'afterwards', first.id)
  const line = followUp(first.lang, first.labels, roll)
  if (!line || roll() > 0.5) return []
  const wait = first.root.live ? (1 + roll() * 9) * minuteMs : around(35 * minuteMs, roll)
  const at = Math.max(Math.min(answer.at + wait, first.at + maxThreadMs * 0.8), answer.at + minuteMs)
  const back = said(seed, first, line, 'f', at, answer.id, first.author)
  const closing = closingAnswers[first.lang]
  if (!closing || line.intents.includes('praise') || roll() > 0.8) return [back]
  const closedAt = Math.floor(at + (first.root.live ? 4 * minuteMs : (20 + roll() * 200) * minuteMs))
  const text = fillSlots(pick(closing, roll()), first.id, 'closing')
  return [back, { ...answer, id: `${first.id}-z`, at: closedAt, text, parentId: back.id }]
}

/** Thanks, "still broken", or a question back, in the customer's language; nothing after chatter and praise. */
export function followUp(lang: string, labels: Labels | undefined, roll: Dice): Line | undefined {
  if (
    labels &&
    labels.intents.every(
      (intent) => intent === 'praise' || intent === 'other' || intent === 'spam_promo' || intent === 'feature_request',
    )
  )
    return undefined
  const occasion = labels ? occasionOf(labels) : 'fault'
  const share = roll()
  const unhappy = occasion === 'fault' ? stillLines : occasion === 'gripe' ? unheardLines : askBackLines
  const book = share < 0.55 ? thanksLines : share < 0.82 ? unhappy : askBackLines
  const fitting = (book[lang] ?? book['en'] ?? []).filter((line) => occasion === 'fault' || line.topic !== 'fixed')
  return pick(fitting, roll())
}
