import { labelVias } from '../../domain/labels.ts'
import { z } from 'zod'
import { intentLabels, sentiments, urgencies } from '../../domain/classification.ts'
import { rejudgementStates } from '../../domain/learning.ts'
import { mentionKinds } from '../../domain/mention.ts'
import { replyStates } from '../../domain/reply.ts'
import { sourceStates } from '../../domain/source.ts'
import { streamModes } from '../../domain/stream.ts'
import { clockStates, threadStates } from '../../domain/thread.ts'
import { channels, directions, stages } from '../../domain/touchpoint.ts'

/** What the API says. Strict, so that the tests see every key that is not described. */
export const time = z.iso.datetime().describe('Moment in UTC, ISO 8601.')
const id = z.string().describe('Identifier, stable.')
const classified = {
  lang: z.string().nullable().describe('Language, ISO 639-1; null until it is known.'),
  sentiment: z.enum(sentiments).nullable().describe('Null until classified.'),
  intents: z.array(z.enum(intentLabels)).nullable().describe('What the author wants; null until classified.'),
  urgency: z.enum(urgencies).nullable().describe('Null until classified.'),
}

export const problemSchema = z
  .strictObject({
    type: z.string().describe('Kind of the problem, a URN.'),
    title: z.string().describe('The kind in words, always the same.'),
    status: z.int().describe('The HTTP status again.'),
    detail: z.string().describe('What happened this time.'),
    remedy: z.string().describe('What to do.'),
    errors: z.record(z.string(), z.string()).optional().describe('Sentences by field.'),
    position: z.int().optional().describe('Where a query cannot be read, 0-based UTF-16 offset.'),
    suggestion: z.string().optional().describe('What to write in the place of what cannot be read.'),
    reference: z.string().optional().describe('Look for it in the log of the server.'),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457).' })

export const authorSchema = z
  .strictObject({
    externalId: z.string().describe('The account’s id on its platform.'),
    handle: z.string().describe('As the platform writes it, without a leading @.'),
    name: z.string().nullable().describe('Display name.'),
    url: z.string().nullable().describe('The account’s page.'),
  })
  .meta({ id: 'Author', description: 'An account on a platform.' })

export const mentionSchema = z
  .strictObject({
    id,
    threadId: z.string().describe('The conversation it belongs to.'),
    platform: z.string().describe('Where it was said.'),
    externalId: z.string().describe('The platform’s own id.'),
    url: z.string().nullable().describe('Where a person can open it.'),
    kind: z.enum(mentionKinds).describe('What it is.'),
    author: authorSchema,
    title: z.string().nullable().describe('Title, where there is one.'),
    text: z.string().describe('Plain text; empty after the author deleted it.'),
    ...classified,
    confidence: z.number().nullable().describe('Of the sentiment, 0 to 1.'),
    unsure: z.boolean().describe('Less sure than the threshold of the workspace: a person should look.'),
    mixed: z.boolean().describe('Both poles are strong: no single label says it.'),
    emotion: z
      .strictObject({
        label: z.string().describe('anger, joy, optimism, sadness or none.'),
        confidence: z.number().describe('0 to 1.'),
      })
      .nullable()
      .describe('English only.'),
    offensive: z.number().nullable().describe('Probability of an insult or slur, for moderation; English only.'),
    spam: z.number().nullable().describe('Probability of advertising or fraud, by the words; English only.'),
    judgedBy: z
      .strictObject({
        model: z.string().nullable().describe('The version that judged.'),
        layer: z
          .enum(['model', 'learned', 'rule', 'same words', 'asked', 'person'])
          .describe(
            'Whose word it is: the built-in model, one with corrections learned, a rule for words, a label that a person gave the same words, another model that was asked, or a person.',
          ),
        rules: z.array(z.string()).describe('Ids of the rules for words that had a part in it.'),
      })
      .nullable()
      .describe('Null until classified.'),
    rating: z.number().nullable().describe('Share of the scale of the review, 0 to 1.'),
    reach: z
      .strictObject({
        from: z.enum(['views', 'followers']).describe('Counted by the platform, or estimated from followers.'),
        people: z.int().describe('How many saw it.'),
        followers: z.int().optional().describe('Of the author.'),
        share: z
          .number()
          .optional()
          .describe('Of the followers: 0.15 up to 100,000 of them, falling evenly to 0.06 at 10 million.'),
      })
      .nullable()
      .describe('Null where the platform gives neither views nor followers.'),
    isCopy: z.boolean().describe('Repeats an earlier mention: a repost, or a text that says the same.'),
    createdAt: time,
    ingestedAt: time,
    editedAt: time.nullable(),
    deletedAt: time.nullable(),
  })
  .meta({ id: 'Mention', description: 'One post, comment, message or review.' })

export const replySchema = z
  .strictObject({
    id: z.string().describe('Also the idempotency key of every attempt.'),
    threadId: z.string().describe('The conversation it belongs to.'),
    actor: z.enum(['person', 'external', 'automation']).describe('external: written in the platform’s own app.'),
    userId: z.string().nullable().describe('Who wrote it here.'),
    text: z.string().describe('What was or will be published.'),
    state: z.enum(replyStates).describe('Where it is on its way.'),
    url: z.string().nullable().describe('Where it can be seen once it is out.'),
    error: z.string().nullable().describe('Why it is rejected or waits for a person.'),
    createdAt: time,
    sentAt: time.nullable().describe('The platform’s time of acceptance.'),
  })
  .meta({ id: 'Reply', description: 'An answer on its way or out.' })

export const noteSchema = z
  .strictObject({
    id,
    userId: z.string().describe('Who wrote it.'),
    text: z.string().describe('Seen by the team only.'),
    createdAt: time,
  })
  .meta({ id: 'Note', description: 'A note of the team about a thread.' })

const threadShape = {
  id,
  platform: z.string().describe('Where it takes place.'),
  source: z.strictObject({ id, name: z.string().describe('Its name here.') }).describe('The source that heard it.'),
  kind: z.enum(mentionKinds).describe('What began it.'),
  state: z.enum(threadStates).describe('What the team made of it.'),
  author: z
    .strictObject({ handle: z.string().describe('Account.'), name: z.string().nullable().describe('Display name.') })
    .describe('Who speaks to us.'),
  customerName: z.string().nullable().describe('The customer that the author is linked to.'),
  assigneeId: z.string().nullable().describe('Who takes care of it.'),
  tags: z.array(z.string()).describe('Labels of the team.'),
  ...classified,
  intents: z.array(z.string()).nullable().describe('Of the newest mention; null until classified.'),
  mentionCount: z.int().describe('Mentions of the author in it.'),
  copies: z.int().describe('Threads that only repeat this one.'),
  excerpt: z.string().nullable().describe('Beginning of the newest mention.'),
  clock: z
    .strictObject({
      state: z.enum(clockStates).describe('none: no clock runs for it.'),
      startedAt: time.nullable(),
      dueAt: time.nullable().describe('When the first answer is late.'),
      stoppedAt: time.nullable(),
    })
    .describe('First-response clock.'),
  lastInboundAt: time.describe('Platform time of the newest mention.'),
  lastReplyAt: time.nullable(),
}

export const threadSchema = z
  .strictObject(threadShape)
  .meta({ id: 'Thread', description: 'One author’s conversation with us: the unit of the inbox.' })

export const threadDetailSchema = z
  .strictObject({
    ...threadShape,
    revision: z.int().describe('Rises with everything said; send it with a reply to notice that somebody was faster.'),
    mentions: z.array(mentionSchema).describe('The whole conversation, oldest first, at most 200.'),
    replies: z.array(replySchema).describe('Our answers, oldest first.'),
    notes: z.array(noteSchema).describe('Notes of the team, oldest first.'),
  })
  .meta({ id: 'ThreadDetail', description: 'A thread with everything in it.' })

const sentence = z.string().trim().min(1)
export const identitySchema = z
  .strictObject({
    kind: z.enum(['email', 'phone', 'domain', 'handle', 'account']).describe('What it is.'),
    platform: z.string().max(60).default('').describe('Platform of a handle or account; empty otherwise.'),
    value: sentence.max(500).describe('The address, number, handle or id.'),
  })
  .meta({ id: 'Identity', description: 'Something that identifies a customer.' })

const optionalText = (max: number, what: string) => z.string().max(max).nullable().optional().describe(what)
export const customerInput = z
  .strictObject({
    name: sentence.max(300).describe('Full name.'),
    company: optionalText(300, 'Employer.'),
    tier: optionalText(100, 'Plan or segment.'),
    location: optionalText(300, 'Town or country.'),
    preferredChannel: z.enum(channels).nullable().optional().describe('How they like to be spoken to.'),
    notes: optionalText(20_000, 'For the team.'),
    externalRef: optionalText(300, 'Their key in another system; unique.'),
    custom: z.record(z.string(), z.string()).nullable().optional().describe('Anything else.'),
    identities: z.array(identitySchema).max(100).default([]).describe('What identifies them.'),
  })
  .meta({ id: 'CustomerInput', description: 'The fields of a customer. An update replaces all of them.' })

export const customerSchema = z
  .strictObject({
    id,
    name: z.string().describe('Full name.'),
    company: z.string().nullable().describe('Employer.'),
    tier: z.string().nullable().describe('Plan or segment.'),
    location: z.string().nullable().describe('Town or country.'),
    preferredChannel: z.enum(channels).nullable().describe('How they like to be spoken to.'),
    notes: z.string().nullable().describe('For the team.'),
    externalRef: z.string().nullable().describe('Their key in another system.'),
    custom: z.record(z.string(), z.string()).nullable().describe('Anything else.'),
    identities: z.array(identitySchema).describe('What identifies them.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Customer', description: 'A known customer.' })

const touchpointShape = {
  channel: z.enum(channels).describe('Where it took place.'),
  direction: z.enum(directions).describe('in: from the customer; out: from us.'),
  stage: z.enum(stages).describe('Where the customer was on the way.'),
}
export const touchpointInput = z
  .strictObject({
    customer: z
      .strictObject({
        id: z.string().optional().describe('Id here.'),
        externalRef: z.string().optional().describe('Their key in another system.'),
        email: z.string().optional().describe('An e-mail address of theirs.'),
      })
      .describe('Whose; the first name that fits counts.'),
    channel: touchpointShape.channel,
    direction: touchpointShape.direction.default('in'),
    stage: touchpointShape.stage.default('awareness'),
    occurredAt: time,
    summary: z.string().max(1000).default('').describe('One line for people.'),
    externalKey: sentence.max(300).optional().describe('Your key of it: sending it again changes nothing.'),
    data: z.record(z.string(), z.unknown()).optional().describe('Anything else, kept as it is.'),
  })
  .meta({ id: 'TouchpointInput', description: 'An interaction that took place elsewhere.' })

export const touchpointSchema = z
  .strictObject({
    id,
    ...touchpointShape,
    occurredAt: time,
    summary: z.string().describe('One line for people.'),
    externalKey: z.string().nullable().describe('The key of whoever reported it.'),
    data: z.record(z.string(), z.unknown()).nullable().describe('Anything else.'),
  })
  .meta({ id: 'Touchpoint', description: 'One interaction of a customer with the business.' })

export const streamSchema = z.strictObject({
  isOn: z.boolean().describe('Whether somebody, or the connector by default, wants it.'),
  mode: z
    .enum(streamModes)
    .describe(
      'streaming: polls only look for what came late. connecting, catching_up, polling and off: polls do the work.',
    ),
  reason: z.string().nullable().describe('With polling: why there is no stream.'),
  since: time.nullable().describe('When the mode began.'),
})

export const sourceSchema = z
  .strictObject({
    id,
    connector: z.string().describe('Connector id.'),
    account: z.string().describe('Account on the platform.'),
    name: z.string().describe('Its name here.'),
    config: z.record(z.string(), z.unknown()).describe('Settings without their secrets.'),
    state: z.enum(sourceStates).describe('active and failing ones are read.'),
    intervalSeconds: z.int().describe('Time between two polls.'),
    nextPollAt: time,
    lastSuccessAt: time.nullable(),
    lastError: z
      .strictObject({
        kind: z.string().describe('Kind of failure.'),
        message: z.string().describe('In words.'),
        at: time,
      })
      .nullable()
      .describe('The last failure since it was well.'),
    freshness: z
      .strictObject({
        expectedSeconds: z.number().describe('Usual time between two items.'),
        newestAt: time,
        alarmAt: time.describe('When silence becomes an alarm unless something comes.'),
        lagP50Seconds: z.number().nullable().describe('Half arrived within this time of being written.'),
        lagP95Seconds: z.number().nullable().describe('95 % arrived within this time of being written.'),
      })
      .nullable()
      .describe('What is usual, learned from its own past; null while too little has come.'),
    silentSince: time.nullable().describe('Polls succeed and bring nothing, for longer than chance explains.'),
  })
  .meta({ id: 'Source', description: 'A connection to an account, feed or search.' })

const intervalShape = { from: time, to: time }

export const coverageSchema = z
  .strictObject({
    ...intervalShape,
    since: time.describe('Before it there was nothing to read.'),
    read: z.array(z.strictObject(intervalShape)).describe('What was really read, oldest first.'),
    holes: z
      .array(
        z.strictObject({
          ...intervalShape,
          cause: z.enum(['gap', 'outage', 'paused', 'limited', 'unknown']).describe('unknown: nobody asked.'),
          reason: z.string().nullable().describe('The connector’s own words.'),
          fill: z
            .enum(['open', 'reading', 'filled', 'partly', 'lost', 'off', 'never'])
            .nullable()
            .describe('Whether it is read again; never: the platform cannot be asked for the past.'),
        }),
      )
      .describe('The rest.'),
  })
  .meta({ id: 'Coverage', description: 'What was really read of a source.' })

export const sourceInput = z
  .strictObject({
    connector: z.string().describe('Connector id, see the reference of connectors.'),
    config: z.record(z.string(), z.unknown()).describe('Its settings, secrets among them.'),
  })
  .meta({ id: 'SourceInput', description: 'A source to connect. It is checked with the platform first.' })

export const queryInput = z
  .strictObject({
    name: sentence.max(120).describe('Unique.'),
    text: sentence.max(20_000).describe('In the query language.'),
    kind: z.enum(['brand', 'competitor', 'topic']).default('brand').describe('What it listens for.'),
    stem: z.boolean().default(true).describe('Find other forms of the words.'),
    fold: z.boolean().default(true).describe('Ignore accents and letter case.'),
    isActive: z.boolean().default(true).describe('Whether it is matched.'),
  })
  .meta({ id: 'QueryInput', description: 'A listening query to save.' })

export const querySchema = z
  .strictObject({
    id,
    name: z.string().describe('Unique.'),
    text: z.string().describe('In the query language.'),
    kind: z.enum(['brand', 'competitor', 'topic']).describe('What it listens for.'),
    stem: z.boolean().describe('Find other forms of the words.'),
    fold: z.boolean().describe('Ignore accents and letter case.'),
    isActive: z.boolean().describe('Whether it is matched.'),
    version: z.int().describe('Rises with every change of the text.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Query', description: 'A listening query.' })

const label = z.enum(sentiments).nullable()
const labels = z.array(z.enum(intentLabels)).nullable()
export const correctionSchema = z
  .strictObject({
    mentionId: z.string().describe('About which mention.'),
    threadId: z.string().describe('The conversation it belongs to.'),
    kind: z.enum(['corrected', 'accepted']).describe('accepted: seen by somebody who answered or closed, and left.'),
    sentiment: label.describe('The tone that holds.'),
    intents: labels.describe('The intents that hold.'),
    shown: z
      .strictObject({
        sentiment: label.describe('The tone on the screen.'),
        intents: labels.describe('The intents on the screen.'),
        confidence: z.number().nullable().describe('Of the sentiment, 0 to 1.'),
        model: z.string().nullable().describe('The version that had judged.'),
      })
      .describe('What the person saw.'),
    userId: z.string().describe('Who.'),
    via: z.enum(labelVias).describe('Where.'),
    at: time,
  })
  .meta({ id: 'Correction', description: 'An entry of the log that the classifier learns from.' })

const ruleEffect = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('sentiment').describe('The whole text has a tone.'),
      sentiment: z.enum(sentiments).describe('Which.'),
    }),
    z.strictObject({
      kind: z.literal('intent').describe('The author wants something, or does not.'),
      intent: z.enum(intentLabels).describe('What.'),
      present: z.boolean().describe('Whether.'),
    }),
    z.strictObject({ kind: z.literal('ignore').describe('The matched words say nothing; the rest decides.') }),
  ])
  .describe('What it does to the judgement of a text that it matches.')

export const termRuleInput = z
  .strictObject({
    query: sentence.max(20_000).describe('In the query language, such as `"war zone"`.'),
    effect: ruleEffect,
    isActive: z.boolean().default(true).describe('Whether it counts.'),
  })
  .meta({ id: 'TermRuleInput', description: 'A rule for words.' })

export const termRuleSchema = z
  .strictObject({
    id,
    query: z.string().describe('In the query language.'),
    effect: ruleEffect,
    isActive: z.boolean().describe('Whether it counts.'),
    version: z.int().describe('Rises with every change.'),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'TermRule', description: 'A rule for words.' })

const share = z
  .strictObject({
    value: z.number().describe('Share, 0 to 1.'),
    low: z.number().describe('Lower end of the 95 % interval.'),
    high: z.number().describe('Upper end.'),
    n: z.int().describe('Of how many.'),
  })
  .nullable()
export const modelVersionSchema = z
  .strictObject({
    id,
    name: z.string().describe('Stands on the judgements made with it.'),
    state: z.enum(['active', 'retired', 'refused']).describe('active: it judges now.'),
    reason: z.enum(['too-few', 'not-worse', 'worse-here', 'worse-elsewhere']).describe('What the guard said.'),
    usable: z.boolean().describe('Whether it can be gone back to.'),
    corrections: z.int().describe('Corrections learned from.'),
    acceptances: z.int().describe('Accepted labels learned from.'),
    base: share.describe('Right on the held-back fifth: the built-in model.'),
    champion: share.describe('Right on the held-back fifth: what judged before.'),
    challenger: share.describe('Right on the held-back fifth: this version.'),
    calibrationError: z
      .strictObject({ before: z.number().describe('As the model says.'), after: z.number().describe('Corrected.') })
      .nullable()
      .describe('Mean distance of confidence from the share right on held-out labels; null: too few labels.'),
    createdAt: time,
    activatedAt: time.nullable(),
  })
  .meta({ id: 'ModelVersion', description: 'What the classifier learned from corrections.' })

export const rejudgementSchema = z
  .strictObject({
    id,
    state: z.enum(rejudgementStates).describe('offered: nobody has asked for it yet.'),
    stale: z.int().describe('Mentions judged by an earlier model or by earlier rules.'),
    judged: z.int().describe('Of these judged again.'),
    changed: z.int().describe('Of these with other labels now.'),
    moves: z.record(z.string(), z.int()).describe('How many moved: `negative>neutral`.'),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'Rejudgement', description: 'Judging history again.' })
