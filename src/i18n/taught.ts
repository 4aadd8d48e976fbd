/** Tags that were taught from examples. */
export const taught = {
  lead: 'Tag some threads by hand, and a tag can learn from them: it then suggests itself for others. Nothing is tagged by itself unless you allow it.',
  empty: 'No tags yet',
  emptyText: 'Give a thread a tag first: open it and press t. From about ten examples on the tag can be trained here.',
  toInbox: 'To the inbox',
  caption: 'Tags and what they were taught',
  tag: 'Tag',
  threads: 'Threads',
  state: 'State',
  precision: 'Right of its suggestions',
  waiting: 'Waiting',
  modes: { off: 'off', suggest: 'suggests', set: 'tags by itself' },
  untrained: 'not trained',
  train: 'Train with today’s examples',
  trainHelp: (threads: string) =>
    `Learns from up to 500 examples: the ${threads} threads that carry the tag, others drawn at random, and what people refused. The result is only shown; it counts when you put it in force below.`,
  few: 'Too few examples: at least ten threads must carry the tag, and ten others must not.',
  since: (n: string, count: number) =>
    count === 1
      ? '1 decision was made since the newest version.'
      : `${n} decisions were made since the newest version.`,
  versions: 'Versions',
  version: (n: number) => `Version ${n}`,
  inForce: 'in force',
  examples: (positives: string, negatives: string, rejected: string) =>
    `${positives} with the tag, ${negatives} without (${rejected} of them refused)`,
  report: 'How it did on examples it had not seen',
  reportHelp:
    'Each fifth of the examples was judged by what the rest had taught. About one example in four carries the tag; where the tag is rarer, more of the suggestions will be wrong.',
  threshold: 'From',
  suggested: 'Suggested',
  right: 'Right',
  found: 'Found of all',
  use: 'Use',
  mode: 'What it does',
  modeLabels: {
    off: 'Nothing',
    suggest: 'Suggests itself; a person decides',
    set: 'Tags by itself from the threshold on',
  },
  useVersion: 'Version in force',
  useThreshold: 'Threshold',
  useThresholdHelp: 'Higher: fewer suggestions, and more of them right.',
  save: 'Save',
  suggestions: 'Suggestions that wait',
  none: 'None. Suggestions come with what is heard.',
  suggestion: 'Suggested:',
  because: (sure: string, words: string) => `${sure}: ${words}`,
  accept: (tag: string) => `Give the tag ${tag}`,
  reject: (tag: string) => `Not ${tag}`,
  take: 'Give the tag',
  refuse: 'Not this tag',
}
