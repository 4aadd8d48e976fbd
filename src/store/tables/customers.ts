import type { Channel, Direction, Stage } from '../../domain/touchpoint.ts'
import type { Kit } from '../kit.ts'
import type { mentionTables } from './mentions.ts'

export interface Evidence {
  /** Machine name of the rule. */
  evidence: string
  /** The reason as a sentence for people. */
  text: string
  bits?: number
}

/** Known customers, what identifies them, which accounts are theirs and why, and every interaction. */
export function customerTables(k: Kit, { authors, mentions }: ReturnType<typeof mentionTables>) {
  const customers = k.table(
    'customers',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      name: k.text('name').notNull(),
      /** Folded, for search and sorting. */
      nameKey: k.text('name_key').notNull(),
      company: k.text('company'),
      tier: k.text('tier'),
      location: k.text('location'),
      preferredChannel: k.text('preferred_channel').$type<Channel>(),
      notes: k.text('notes'),
      /** The key of another system (CRM id): imports update by it. */
      externalRef: k.text('external_ref'),
      custom: k.json<Record<string, string>>('custom'),
      createdAt: k.time('created_at').notNull(),
      updatedAt: k.time('updated_at').notNull(),
    },
    (t) => [
      k.uniqueIndex('customers_id').on(t.id),
      k.uniqueIndex('customers_external_ref').on(t.externalRef),
      k.index('customers_name').on(t.nameKey, t.seq),
    ],
  )
  const identities = k.table(
    'identities',
    {
      seq: k.seq('seq'),
      customerSeq: k
        .ref('customer_seq')
        .notNull()
        .references(() => customers.seq, { onDelete: 'cascade' }),
      kind: k.text('kind').$type<'email' | 'phone' | 'domain' | 'handle' | 'account'>().notNull(),
      /** Platform of a handle or account; empty otherwise. */
      platform: k.text('platform').notNull().default(''),
      value: k.text('value').notNull(),
      /** Normalised: lower case, no leading @, digits only for phones. */
      valueKey: k.text('value_key').notNull(),
      createdAt: k.time('created_at').notNull(),
    },
    (t) => [
      k.uniqueIndex('identities_value').on(t.kind, t.platform, t.valueKey, t.customerSeq),
      k.index('identities_customer').on(t.customerSeq),
    ],
  )
  /** Append-only: each decision about (author, customer). The newest of a pair counts. */
  const links = k.table(
    'links',
    {
      seq: k.seq('seq'),
      authorSeq: k
        .ref('author_seq')
        .notNull()
        .references(() => authors.seq),
      customerSeq: k
        .ref('customer_seq')
        .notNull()
        .references(() => customers.seq, { onDelete: 'cascade' }),
      status: k.text('status').$type<'linked' | 'suggested' | 'rejected' | 'unlinked'>().notNull(),
      method: k.text('method').notNull(),
      evidence: k.json<Evidence[]>('evidence').notNull(),
      score: k.real('score'),
      isCurrent: k.bool('is_current').notNull().default(true),
      createdAt: k.time('created_at').notNull(),
      createdBy: k.id('created_by'),
    },
    (t) => [
      k.index('links_author').on(t.authorSeq, t.isCurrent),
      k.index('links_customer').on(t.customerSeq, t.isCurrent),
    ],
  )
  const touchpoints = k.table(
    'touchpoints',
    {
      seq: k.seq('seq'),
      id: k.id('id').notNull(),
      customerSeq: k
        .ref('customer_seq')
        .notNull()
        .references(() => customers.seq, { onDelete: 'cascade' }),
      channel: k.text('channel').$type<Channel>().notNull(),
      direction: k.text('direction').$type<Direction>().notNull(),
      stage: k.text('stage').$type<Stage>().notNull(),
      occurredAt: k.time('occurred_at').notNull(),
      summary: k.text('summary').notNull(),
      mentionSeq: k.ref('mention_seq').references(() => mentions.seq, { onDelete: 'cascade' }),
      replyId: k.id('reply_id'),
      userId: k.id('user_id'),
      /** Idempotency key of the sender (import line, event id). */
      externalKey: k.text('external_key'),
      data: k.json<Record<string, unknown>>('data'),
      createdAt: k.time('created_at').notNull(),
    },
    (t) => [
      k.uniqueIndex('touchpoints_id').on(t.id),
      k.uniqueIndex('touchpoints_mention').on(t.mentionSeq),
      k.uniqueIndex('touchpoints_reply').on(t.replyId),
      k.uniqueIndex('touchpoints_external').on(t.externalKey),
      k.index('touchpoints_customer').on(t.customerSeq, t.occurredAt, t.seq),
    ],
  )
  return { customers, identities, links, touchpoints }
}
