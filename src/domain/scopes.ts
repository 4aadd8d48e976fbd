/** What an API key may be given, with what it allows. A key never may more than the role of its owner. */
export const scopes = {
  'mentions:read': 'Read mentions and threads',
  'threads:write': 'Change state, assignee, tags and notes of threads',
  'replies:write': 'Reply',
  'customers:read': 'Read customers and their touchpoints',
  'customers:write': 'Create and change customers and touchpoints',
  'sources:read': 'Read sources and their health',
  'sources:write': 'Connect and change sources',
  'queries:read': 'Read listening queries',
  'queries:write': 'Create and change listening queries',
  'judging:read': 'Read corrections, rules for words and versions of the classifier',
  'judging:write': 'Correct labels, change rules for words and who judges',
  'ingest:write': 'Send touchpoints and mentions in',
} as const
export type Scope = keyof typeof scopes
