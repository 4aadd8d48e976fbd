import { type Line, lines } from './line.ts'

/** The company's videos, under which people comment. */
export const videoTitles = [
  'Descaling your Solo in six minutes',
  'Duo: dialling in a new bag',
  'How we test a pump for 10,000 cups',
  'Latte art for people who are not awake yet',
  'What is new in the Tamsel app',
]

export const videoLines: Line[] = [
  ...lines('positive', ['praise'], 'low', 'video', [
    'best descaling video on the internet, and I have seen all of them, do not ask why',
    'Finally a manufacturer who shows how to open the thing. Subscribed.',
    'I was about to pay someone 90 euros for this. Thank you!!',
    '4:12 that milk sound 😌',
    'The dog at 2:40 deserves her own channel',
    'my duo and I thank you, we are friends again',
    'Clear, calm, no music. More like this please. Great work!',
    'came for the pump, stayed for the accent ❤️',
  ]),
  ...lines('neutral', ['question'], 'normal', 'howto', [
    'does this work on the 2019 model too?',
    'What is the tool at 1:55 called? The flat one',
    'my water tank has no little valve like yours, is it a different version?',
    'Which milk is that? mine never gets this glossy, even with the same machine',
    'How often should I do this with soft water?',
  ]),
  ...lines('negative', ['complaint', 'bug_report'], 'normal', 'machine', [
    'did exactly this and now it blinks red and does not heat at all. thanks I guess',
    'Mine stops at step 3 with E09 every time. Nothing in the manual about it.',
    'after the app update shown here my timer page is just empty',
  ]),
  ...lines('negative', ['complaint'], 'normal', 'video', [
    'lovely video. now please answer your e-mails with the same enthusiasm',
    '11 minutes for something that should be one button. who designs this',
    'The subtitles are wrong from minute 3 on, they belong to another video',
  ]),
  ...lines('neutral', ['feature_request'], 'low', 'video', [
    'please make one about the grinder!',
    'Could you add chapters? I only ever need the last step',
    'would love a video with just the sounds, no talking',
  ]),
  ...lines('positive', ['purchase_intent'], 'low', 'buying', [
    'ok you got me, ordering one on {wk}',
    'watched this three times now, I will buy the Duo, my wife knows, it is fine',
  ]),
  ...lines('neutral', ['spam_promo'], 'low', 'spam', [
    'I make the same videos but FASTER, check out my channel 👉 BaristaBolt',
    'Congratulations you have been selected 🎁 message me on the number above to claim your prize',
  ]),
  ...lines('neutral', ['other'], 'low', 'chatter', [
    'first',
    'who is here at 2 am with a broken coffee machine',
    'my kid now calls every machine "Duo"',
    'Algorithm, I own a kettle. But fine.',
    'that is my workshop neighbour!! hi Jonas',
  ]),
  ...lines(
    'positive',
    ['praise'],
    'low',
    'video',
    ['Endlich mal verständlich erklärt, danke!', 'Hat geklappt. Ihr seid super.'],
    'de',
  ),
  ...lines('neutral', ['question'], 'normal', 'howto', ['¿Sirve también para la Duo de 2022?'], 'es'),
  ...lines('positive', ['praise'], 'low', 'video', ['Adorei o vídeo, muito bem explicado 👏'], 'pt'),
  ...lines('positive', ['praise'], 'low', 'video', ['شرح واضح وجميل، شكراً لكم'], 'ar'),
]
