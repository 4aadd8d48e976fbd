import { type Line, lines } from './line.ts'

export const incidentKinds = ['sync', 'update', 'beans'] as const
export type IncidentKind = (typeof incidentKinds)[number]

/** What people write on the day that something breaks for everybody. */
export const incidentLines: Record<IncidentKind, Line[]> = {
  sync: [
    ...lines('negative', ['complaint', 'bug_report'], 'high', 'outage', [
      'is Tamsel down? app says "cannot reach your machine", machine is right in front of me',
      'sync is down. again. no profiles, no timer, no coffee @tamsel',
      'tamsel sync dead for everybody in our office, all nine machines show the grey cloud',
      '@tamsel hello?? nothing syncs since 2 pm, the app just spins',
      'so the Tamsel cloud is down and my coffee machine is a very expensive paperweight',
      'tamsel outage day. 30 people, zero espresso. send help',
      'Is it just me or is Tamsel sync broken? Neither phone nor tablet connects',
      'Third hour of Tamsel sync being offline. Your status page says "all systems normal". Which systems??',
      'the tamsel servers are down and I am standing in front of my own machine like a beggar',
      'Fleet dashboard: 0 of 14 machines online. They are all on. We run a coworking space @tamsel, this hurts',
      'All tamsel machines offline at work. People are making instant. I have seen things today.',
      'App: 503. Website: 503. Me: 0 coffees. @tamsel',
      '@tamsel sync is down for my whole team, is there a manual way to start the Duo',
      'Sync down + no word from @tamsel for two hours = not great',
    ]),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'high',
      'outage',
      [
        'Tamsel Server tot? App findet keine Maschine mehr, im ganzen Büro nicht',
        'Seit 15 Uhr keine Synchronisierung mehr, neun Maschinen offline. @tamsel bitte melden',
      ],
      'de',
    ),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'high',
      'outage',
      ['Tout est en panne chez @tamsel, plus de synchro, plus de café. Vive la bouilloire'],
      'fr',
    ),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'high',
      'outage',
      ['Se ha caído @tamsel? ninguna máquina de la oficina conecta'],
      'es',
    ),
    ...lines('neutral', ['question'], 'normal', 'outage', [
      '@tamsel any idea when sync will be back?',
      'when is sync coming back @tamsel? meeting with 40 people at four',
    ]),
    ...lines('neutral', ['other'], 'low', 'chatter', [
      'twitter during a tamsel outage is the most awake I have been all day',
      'me pretending I did not put my coffee machine in a cloud 🙈 #tamseldown',
    ]),
  ],
  update: [
    ...lines('negative', ['complaint', 'bug_report'], 'normal', 'app', [
      'whatever you did in {ver}: my timers are all set to midnight @tamsel',
      'do NOT update the tamsel app today. timer page is empty',
      'update {ver} and now the brew button is under the navigation bar. I cannot reach it. I can SEE it',
      'Tamsel {ver} = crash on start. iPhone, latest iOS',
      'After the update my Duo makes a lungo whenever I press espresso. No complaints about the quantity, but still @tamsel',
      'the new tamsel update asks me to "create my first profile". I had eleven.',
      'Timer gone, profiles gone, patience gone. @tamsel {ver}',
      'Nice update @tamsel, it logs out, logs in, logs out, logs in',
      'lost two years of brew diary with {ver}. is there a backup somewhere?',
      '{ver} drains 30% battery overnight, never saw that before',
    ]),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'normal',
      'app',
      ['{ver} installiert, alle Timer weg. Danke auch @tamsel', 'Update gemacht, App startet nicht mehr. Großartig.'],
      'de',
    ),
    ...lines('neutral', ['question'], 'normal', 'app', [
      '@tamsel can I go back to the version before {ver}?',
      'is the timer thing in {ver} known? @tamsel',
    ]),
  ],
  beans: [
    ...lines('negative', ['complaint'], 'normal', 'delivery', [
      'no tamsel club parcel this week, no mail either. anyone else?',
      'Club delivery skipped without a word. Third world problem, first world rage @tamsel',
      'apparently the tamsel roaster is broken and nobody thought of telling the people who wait for beans',
      '@tamsel where are my beans. I have a newborn. I am not joking.',
      'Beans late again, and the app cheerfully reminds me to log my morning brew. Log WHAT',
      'My whole street orders from the Club. my whole street is in a bad mood',
      'Tamsel Club: "your parcel is being prepared with love". For 8 days. Less love, more shipping',
      'been rationing {bean} since {wk}. this is how wars start',
      'delivery status "unknown". mood: also unknown @tamsel',
    ]),
    ...lines(
      'negative',
      ['complaint'],
      'normal',
      'delivery',
      ['Keine Bohnen, keine Mail, keine Laune. @tamsel was ist los?'],
      'de',
    ),
    ...lines(
      'negative',
      ['complaint'],
      'normal',
      'delivery',
      ['Pas de colis du Club cette semaine ? Un petit mail aurait suffi @tamsel'],
      'fr',
    ),
    ...lines('neutral', ['question'], 'normal', 'delivery', [
      '@tamsel will the Club parcel of this week come with the next one or not at all?',
    ]),
    ...lines('negative', ['churn_threat', 'complaint'], 'normal', 'leaving', [
      'No beans, no info, so I cancelled the Club just now. Took ten seconds, at least that works.',
    ]),
  ],
}

/** What the company writes on its own account, first and afterwards. */
export const incidentNotices: Record<IncidentKind, readonly [string, string]> = {
  sync: [
    'We know that sync is down for most of you. All machines work by their own buttons: hold the left one for five seconds. Next news here within the hour.',
    'Sync is back for everybody. We are sorry: a certificate had run out and the spare one had too. What we change so that it cannot happen again is on our blog on Friday.',
  ],
  update: [
    'We have stopped today’s app update: it hides timers on some phones. Nothing is lost, a repaired version is on its way to the stores.',
    'The repaired app is out. Your timers and profiles come back by themselves when you open it. Sorry for the morning without coffee.',
  ],
  beans: [
    'Our roaster stood still for four days and we told you too late. All Club parcels leave by tomorrow evening.',
    'All Club parcels have left. Everybody who waited gets the next one free, no need to write to us.',
  ],
}
