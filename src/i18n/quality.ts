/** How good a query is: comparing changes, labelling samples, precision, recall. English. */
export const quality = {
  compareTitle: 'What the change does',
  compareLead: 'Both queries, tried on everything that was ever heard.',
  compare: 'Compare with what is saved',
  compareVersion: (version: number) => `Compare version ${version} with the one in force`,
  compareShort: 'Compare',
  versionName: (version: number) => `Version ${version}`,
  unsaved: 'Not saved yet',
  saveChange: 'Save this change',
  backToForm: 'Back to the form',
  changeOf: (gained: string, lost: string, days: number) =>
    `This change gains ${gained} and loses ${lost} of the last ${days} days.`,
  wholeHistory: (gained: string, lost: string, kept: string) =>
    `In the whole history it gains ${gained}, loses ${lost} and keeps ${kept}.`,
  counted: (figure: string, narrowed: boolean) =>
    narrowed
      ? `Everything is counted. The search index left ${figure} mentions to be read.`
      : `Everything is counted: ${figure} mentions were read.`,
  countedSoFar: (share: string) => `${share} of the history is counted, the newest first`,
  goOn: 'Go on counting',
  perDay: 'Gained and lost by day',
  perSource: 'Gained and lost by source',
  gained: 'Gained',
  lost: 'Lost',
  kept: 'Kept',
  gainedUp: 'Gained (up)',
  lostDown: 'Lost (down)',
  dayChange: (day: string, gained: string, lost: string) => `${day}: ${gained} gained, ${lost} lost.`,
  newestOf: (n: number) => `The newest ${n} of them.`,
  noneSoFar: 'None.',
  reason: { missing: 'misses', excluded: 'excludes', apart: 'too far apart for' },
}
