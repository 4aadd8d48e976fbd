import { type Line, lines } from './line.ts'

const essay = `I have put off writing this for a while, so bear with me.

I bought my Duo in the first batch. I was customer number four hundred and something, I still have the mail. In these years I have replaced the gasket three times, the pump once and the drip tray once (I sat on it, do not ask). I have given away two of the old models to my brothers, and both still run. So this does not come from somebody who wants to be angry.

What has changed is the software. The machine used to be a machine. You pressed the left button and you got a coffee, you pressed the right one and you got hot water. Now there is an account, and a cloud, and a diary, and badges. I got a badge for descaling. I am 61 years old.

Three things in particular:

1. When the connection drops in the middle of a brew, the pump stops. Why does the pump care about my router? This happened on 14 of the last 30 days, I kept a list.
2. Profiles are stored on your side. When your side is away, my profile is away. I would like them on the machine as well, please.
3. The manual mode is hidden behind a five-second press that is described on page 43.

None of this is hard to mend, I think, and I am glad to test anything you send me; I have the time and three machines. But please do not forget that there are people who chose you because you were the ones who did NOT do all that.

Kind regards from the attic,
Henrik`

/** Threads of the community forum: `title | text`. */
export const forumLines: Line[] = [
  ...lines('neutral', ['question'], 'normal', 'howto', [
    'Grind setting for {bean}? | Hi all, new Duo owner here. I am at setting 6 with 18 g in and I get 36 g out in about 14 seconds, sour. Going finer chokes it. What am I missing?',
    'How do you clean the shower screen | The screw on mine will not move at all. Is it a normal thread? Do not want to strip it.',
    'Which descaler is safe? | The booklet says citric acid, the app says lactic acid. Which one is right for the 2023 Solo?',
    'Fleet: can I give a colleague read access only? | I am the admin of nine machines in {city} and would like our facility people to see water alerts without being able to change profiles.',
    'Export of brew diary | Is there a way to get the diary out as CSV? I would like to make a chart for no good reason.',
    'Solo on a boat (12 V) | Has anyone run a Solo off an inverter? What does it draw when it heats?',
    'Spare part number for the 2019 tank lid | The shop lists two lids, 1180 and 1182. Which is the one with the round notch?',
    'Moving to the US with a 230 V Duo | Is there a conversion kit or should I sell it here and buy again over there?',
  ]),
  ...lines('negative', ['complaint', 'bug_report'], 'normal', 'app', [
    'Profiles lost after {ver} | Updated last night, this morning all five profiles are gone and the app shows the welcome tour. Machine itself still remembers the last one. Anybody else?',
    'Timer ignores time zone | I travelled to {city} and my machine at home made coffee at the new local time. My wife was not amused. Solo, firmware 3.1.',
    'E17 after firmware update | Since the update on {wk} the Duo stops with E17 after the second shot. Cold start helps for exactly one shot. Already tried: reset, descale, other socket.',
    'Bluetooth drops when the microwave runs | Every time. I know it is 2.4 GHz but my headphones manage in the same kitchen.',
    'Web dashboard: water chart is empty | Fleet > Machines > Water shows "no data" for all nine machines since {wk}. The CSV has the numbers, only the chart does not.',
    'Screen reader cannot read the brew button | With TalkBack the big round button is announced as "image". I am blind and have used your app since version 2, this broke in {ver}.',
  ]),
  ...lines('negative', ['complaint'], 'normal', 'support', [
    'Ticket closed without an answer | Ticket was set to "solved" this morning. There is no reply in it. What was solved?',
    'Refurbished machine arrived dirty | I got a refurbished Solo with old grounds in the basket and a ring on the tray. It works, but this is not what "checked by hand" should look like.',
    'Third bag of stale beans in a row | Roast date on the last three Club bags was more than six weeks old. That is not a subscription to fresh coffee.',
  ]),
  ...lines('negative', ['complaint', 'feature_request'], 'normal', 'company', [
    `A long letter from an old customer | ${essay}`,
  ]),
  ...lines('neutral', ['feature_request'], 'low', 'app', [
    'Local API, please | I know that this comes up once a month. A documented local endpoint for status and start would make every home automation person here happy and would also work when the cloud does not.',
    'Idea: pressure graph in the diary | The Duo has the sensor. Showing the curve after each shot would help so much when dialling in.',
    'Guest mode | A mode where guests can make a coffee from the machine without touching my profiles. One button, one drink.',
    'Please bring back the paper manual | The QR code is nice, but my phone is usually what I am trying not to look at in the morning.',
    'Bigger tank for the Solo | Two people, two coffees each, and it is empty. An optional 1.8 l tank would sell, I am sure.',
  ]),
  ...lines('positive', ['praise'], 'low', 'machine', [
    'Five years, 9,214 cups | The counter says so. One pump, two gaskets, no drama. Just wanted to say it somewhere where people understand. Thank you, Tamsel.',
    'Repair report: Duo pump swap in 25 minutes | Followed the repair manual step by step, part from the shop, no special tools. Every company should do it like this. Photos below.',
    'The Slow Sunday decaf is seriously good | I bought it for my mother and I am keeping it.',
    'Thanks to the moderators | Asked a beginner question on {wk}, had three patient answers within the hour. This is the nicest corner of the internet.',
  ]),
  ...lines('neutral', ['purchase_intent', 'question'], 'normal', 'buying', [
    'Duo for a small café? | We open in {month} in {city} with about 120 drinks a day and want to buy two Duos. Is that mad? And is there a service contract?',
    'Solo or Duo for milk drinks | I am going to order this week and cannot decide. Two lattes each morning, one espresso at night. Is the second boiler worth it?',
  ]),
  ...lines('neutral', ['spam_promo'], 'low', 'spam', [
    'Best essay writing service 2026 | Hello dear community! Are you tired of assignments? Our experts write for you, fast and cheap: https://essay-pro.example — 20% with code COFFEE',
    'CHEAP Tamsel parts wholesale | We factory offer gasket pump boiler best price, write us on messenger +00 555 0199, minimum order {n} pcs',
  ]),
  ...lines('neutral', ['other'], 'low', 'chatter', [
    'Show your corner | Here is mine: Duo, hand grinder, a plant that is somehow still alive. Now yours!',
    'What are you drinking today? | {bean}, cortado, second cup. And it is not even nine.',
    'Meet-up in {city}? | A few of us thought of meeting on a Saturday in {month}. Bring a mug. No agenda.',
  ]),
  ...lines(
    'neutral',
    ['question'],
    'normal',
    'howto',
    [
      'Duo zischt nach dem Bezug | Ist das normal? Etwa 20 Sekunden lang, klingt wie ein Reifen. Gerät ist drei Wochen alt.',
      'Wo bekomme ich die Dichtung 1044? | Im Shop ausverkauft, im Handbuch als Verschleißteil geführt. Weiß jemand, wann sie wieder da ist?',
    ],
    'de',
  ),
  ...lines(
    'negative',
    ['complaint', 'bug_report'],
    'normal',
    'app',
    [
      'Synchronisation avec le calendrier | Depuis {ver}, le minuteur ne tient plus compte des jours fériés. Café à 6 h 30 un 1er mai, merci bien.',
    ],
    'fr',
  ),
]

/** Comments of other people, by what they stand under: `fault`, `gripe`, `ask`, or anything else (`nice`). */
export const bystanderLines: Line[] = [
  ...lines('negative', ['complaint'], 'normal', 'fault', [
    'same here, since yesterday',
    'me too, thought I was going mad',
    '+1, also on the Duo',
    'Same. Resetting helps for about an hour.',
  ]),
  ...lines('neutral', ['other'], 'low', 'fault', [
    'following',
    'oh no 😬',
    'Try holding both buttons for ten seconds. Worked for mine.',
    'Check the little rubber ring under the tank first, it likes to sit crooked.',
    'write to them by mail, they are faster there',
  ]),
  ...lines('neutral', ['question'], 'normal', 'fault', [
    'Did you ever find out what it was? Mine does the same thing now @tamsel',
  ]),
  ...lines('neutral', ['question'], 'low', 'fault', ['which firmware are you on?']),
  ...lines('negative', ['complaint'], 'normal', 'gripe', [
    'Same. And support just sends the FAQ link.',
    'glad it is not only me, mine was late as well',
    'had exactly this with them in spring',
  ]),
  ...lines('neutral', ['other'], 'low', 'gripe', [
    'oof',
    'this is why I have a kettle',
    'write to Ines there, she sorts things out',
    'popcorn 🍿',
  ]),
  ...lines('neutral', ['other'], 'low', 'ask', [
    'I think it is on page 31 of the manual, let me look',
    'no idea, but now I want to know too',
    'ask in the workshop, they pick up the phone',
    'following for the answer',
    'it does on mine, but that is the 2022 one',
  ]),
  ...lines('neutral', ['other'], 'low', 'nice', [
    'lol',
    'pics or it did not happen',
    '😂😂',
    'this is so me',
    'my partner would like a word',
    'ha, saving this',
    'interesting, did not know that',
  ]),
  ...lines('positive', ['praise'], 'low', 'nice', [
    'Mine has been fine for two years, love it',
    'same, best thing I bought last year',
  ]),
]

/** The impostor's one sentence, under other people's problems. */
export const impostorLine: Line = {
  text: 'Hello dear customer, we are sorry for your experience. Contact our support team on messenger +00 555 0142 and get refund immediately 🙏',
  lang: 'en',
  sentiment: 'neutral',
  intents: ['spam_promo'],
  urgency: 'low',
  topic: 'spam',
}
