/** What the pages about judging say: the frame that they share, and learning. */
export const understanding = {
  lead: 'How texts are judged here, what the judging has learned from you, and how far it can be trusted.',
  tabs: {
    learning: 'Learning',
    provider: 'Second opinion',
    topics: 'Topics',
  },
}

export const learning = {
  facts: 'Learned from so far',
  corrected: 'Corrections',
  correctedText: 'labels that somebody changed',
  accepted: 'Accepted labels',
  acceptedText: 'seen by somebody who answered or closed the thread, and left as they were',
  judge: 'Judging now',
  judgeText: 'the version that stands on every new judgement',
  builtIn: 'Built-in model',
}
