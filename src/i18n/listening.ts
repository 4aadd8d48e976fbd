/** Exclusion lists, groups, rules, and what people call not relevant. */
export const listening = {
  tabs: 'Listening',
  queriesTab: 'Queries',
  lists: 'Exclusion lists',
  listsLead: 'What no query should bring: written once, shared by any number of queries.',
  addList: 'New list',
  emptyLists: 'No exclusion lists yet',
  emptyListsText: 'A list holds query text for what nobody wants to read, such as job ads. Start from one of these:',
  listFormLead: 'The right side shows what it would hide of what the queries caught.',
  listNameHelp: 'Shown where queries choose their lists.',
  listText: 'What to leave out',
  listTextHelp: 'Written like a query. A mention that it matches is left out by every query with this list.',
  startFrom: 'Start from',
  usedBy: 'Used by',
  usedByNone: 'No query yet. Choose it on the page of a query.',
  queries: (n: number) => (n === 1 ? '1 query' : `${n} queries`),
  wouldHideOf: (figure: string, n: number, of: string, days: number) =>
    `Hides ${figure} of ${of} ${n === 1 ? 'match' : 'matches'} in ${days} days`,
  ofQueries: 'Counted over the queries with this list.',
  ofAllQueries: 'Counted over all queries that listen: none has this list yet.',
  ofFigure: (figure: string, of: string) => `${figure} of ${of}`,
  hides: (name: string, figure: string, days: number) => `${name} hides ${figure} in ${days} days`,
  wouldHide: (name: string, figure: string, days: number) => `${name} would hide ${figure} in ${days} days`,
  hidesNothing: 'Nothing of what was heard so far.',
  previewList: 'Type what to leave out to see what it would hide.',
  leaveOut: 'Leave out what these lists match',
  leaveOutHelp: 'The preview says what each would hide. Made and changed under',
  without: (lists: string) => `Without: ${lists}`,
  listVersionsHelp: 'Every version of a query remembers the versions of its lists.',
  removeList: 'Remove this list',
  removeListText: (n: number) =>
    n === 0
      ? 'No query uses it.'
      : `${n === 1 ? '1 query catches' : `${n} queries catch`} again what it left out, from now on.`,
} as const
