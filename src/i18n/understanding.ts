/** What the pages about judging say: the frame that they share, learning, and rules for words. */
export const understanding = {
  lead: 'How texts are judged here, what the judging has learned from you, and how far it can be trusted.',
  tabs: {
    learning: 'Learning',
    rules: 'Rules for words',
    provider: 'Second opinion',
    topics: 'Topics',
    tags: 'Tags',
    audit: 'Audit',
    disagreements: 'Disagreements',
  },
}

export const learning = {
  facts: 'Learned from so far',
  corrected: 'Corrections',
  correctedText: 'labels that somebody changed',
  accepted: 'Accepted labels',
  acceptedText: 'seen by somebody who answered or closed the thread, and left as they were',
  judge: 'Judging now',
  since: 'since',
  builtIn: 'Built-in model',
  builtInText: 'nothing of yours is learned yet',
  outdated: 'made for an earlier release; it is learned anew within the hour',

  curve: 'Does learning help?',
  curveHelp:
    'Every fifth of your labels is never learned from while this is measured. The line says how many of those the classifier gets right after learning from the first labels of your log; the band is the 95 % interval.',
  curveEmpty: (have: number, need: number) =>
    `It learns once there are ${need} corrections; there are ${have}. Correct a label in a thread wherever it is wrong.`,
  curveNone: 'The newest version had too few labels to hold any back.',
  labels: 'Labels learned from',
  right: 'Right on what was held back',
  interval: '95 % interval',
  beforeLearning: 'Built-in',
  pointOf: (labels: string, right: string, low: string, high: string, n: string) =>
    `After ${labels} labels: ${right} right (${low} to ${high}) of ${n} held back`,
  heldBack: (n: string) => `${n} held back`,
  guard: {
    'too-few': 'Taken: there were too few labels to hold any back, and it lost nothing on the built-in examples.',
    'not-worse': 'Taken: it is not worse than what judged before, here or on the built-in examples.',
    'worse-here':
      'Refused: on your own labels that were held back it is worse by more than 2 points and by more than chance explains.',
    'worse-elsewhere':
      'Refused: on the built-in examples it is worse by more than 2 points and by more than chance explains: it would forget the rest.',
  },
  sample: (before: string, after: string, n: string) =>
    `On ${n} examples of the built-in model: ${before} right before, ${after} after.`,
  calibration: 'How honest the percentages are',
  calibrationUsed: (before: string, after: string, n: string) =>
    `Stated confidence was off by ${before} points on average on ${n} held-out labels of yours. It is corrected now; held out again, it is off by ${after}.`,
  calibrationUnused: (before: string, after: string, n: string) =>
    `Stated confidence is off by ${before} points on average on ${n} held-out labels of yours. A correction would make it ${after}: not enough better, so it stays as it is.`,
  calibrationFew: (need: number) => `This is measured once there are ${need} labels to hold out in turn.`,

  versions: 'Versions',
  versionsHelp:
    'Every version that was learned. You can go back to any that was taken; then nothing new is taken until you switch learning on again.',
  made: 'Learned',
  from: 'From',
  fromText: (corrections: string, acceptances: string) => `${corrections} corrections, ${acceptances} accepted`,
  held: 'Held-back labels',
  heldText: (before: string, after: string) => `${before} → ${after}`,
  outcome: 'Outcome',
  active: 'Judging now',
  use: 'Use this',
  useLabel: (name: string) => `Use ${name}`,
  useBuiltIn: 'Use the built-in model alone',
  gone: 'Too old to go back to',
  refused: 'Refused',
  retired: 'Replaced',

  settings: 'How it learns',
  learns: 'Learn from corrections by itself',
  learnsHelp: 'About a minute after a correction, in the background. A version that would be worse is never taken.',
  unsure: 'Call a judgement unsure below',
  unsureHelp:
    'Per cent, 34 to 95. Unsure judgements keep their label and say that a person should look. Holds for what is judged from now on.',
  train: 'Learn now',

  bulk: 'Correct labels',
  bulkKeep: 'Sentiment stays',
  bulkIntents: 'What the authors want (none ticked: stays)',
  bulkSave: 'Give these labels',

  log: 'Last corrections',
  logEmpty: 'None yet.',
  when: 'When',
  who: 'Who',
  what: 'Mention',
  change: 'Was → is',
  shown: 'Shown by',
  kept: 'tone kept',
  export: 'All of them:',

  again: 'Judge again',
  counting: 'Counting what an earlier version judged…',
  offer: (figure: string, n: number) =>
    `${figure} ${n === 1 ? 'mention was' : 'mentions were'} judged by an earlier version or before a rule changed.`,
  offerHelp: 'Labels of people stay as they are, and new mentions come first. Reports follow what changes.',
  start: 'Judge them again',
  leave: 'Leave them',
  running: 'Judging history again',
  pausedTitle: 'Judging history again is paused',
  progress: (done: string, of: string, changed: string) => `${done} of ${of} judged, ${changed} changed`,
  pause: 'Pause',
  resume: 'Go on',
  cancel: 'Stop here',
  doneText: (judged: string, changed: string) => `Last judged again: ${judged} mentions, ${changed} changed.`,
  cancelledText: (judged: string, changed: string) =>
    `Judging again was stopped after ${judged} mentions, ${changed} changed.`,
  moves: 'What changed',
  move: (from: string, to: string) => `${from} → ${to}`,
  count: 'Mentions',
}

export const rules = {
  lead: 'Rules decide before the classifier does, in this order. A label given by a person stands above every rule.',
  add: 'New rule',
  empty: 'No rules yet',
  emptyText:
    'For words that mean something else in your trade: “War Zone” may be a game, “sick” may be praise. A rule says it once.',
  when: 'Where a text says',
  does: 'Then',
  form: 'How it is written',
  phrase: 'These very words, in this order',
  query: 'A query',
  text: 'Words',
  textHelp: 'Such as: War Zone. For several words, near each other or in one place only, choose a query.',
  effect: 'Effect',
  effects: {
    ignore: 'these words say nothing; the rest decides',
    negative: 'the text is negative',
    neutral: 'the text is neutral',
    positive: 'the text is positive',
  },
  intentOn: (name: string) => `the author wants: ${name}`,
  intentOff: (name: string) => `the author does not want: ${name}`,
  ignoreGroup: 'Words',
  toneGroup: 'Sentiment',
  intentGroup: 'What the author wants',
  active: 'In force',
  off: 'Off',
  tryOut: 'Try it',
  save: 'Save rule',
  preview: 'What it would do',
  previewEmpty: 'Type some words to see what the rule would touch.',
  matches: (figure: string, n: number, days: number) =>
    `Touches ${figure} ${n === 1 ? 'mention' : 'mentions'} of the last ${days} days`,
  changes: (figure: string) => `${figure} of them would be judged otherwise`,
  nothing: 'Nothing of what was heard lately.',
  wouldBe: (from: string, to: string) => `${from} → ${to}`,
  stays: (name: string) => `stays ${name}`,
  human: 'labelled by a person: stays',
  order: 'Order',
  upLabel: (name: string) => `Move the rule for ${name} up`,
  downLabel: (name: string) => `Move the rule for ${name} down`,
  remove: 'Remove this rule',
  removeText: 'It no longer counts for what is judged from now on. You can have history judged again.',
  versions: 'Versions',
  version: (n: number) => `Version ${n}`,
  formLead: 'The right side shows what it would do to what was heard lately. Nothing changes before you save.',
}
