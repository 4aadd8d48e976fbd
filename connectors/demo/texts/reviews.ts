import { type Line, lines, starred } from './line.ts'

/** Reviews of the app and of the machines: `title | text`. */
export const reviewLines: Line[] = [
  ...starred(5, [
    ...lines('positive', ['praise'], 'low', 'machine', [
      'Worth every cent | I compared for months and I am glad I waited. Heats up in under a minute, the foam is dense, and it is quiet enough for a flat with thin walls.',
      'Best coffee in the house | Bought as a gift for my wife, now I fight her for it.',
      'Solid | Metal where it should be metal. Five stars.',
      'Ten months in | No leaks, no errors, good coffee every day. What else is there to say?',
      'Exceeded expectations | I was sceptical because of the price. The first {drink} ended that discussion.',
      'Beautiful and repairable | I changed the seal myself with the help of their video. Ten minutes. More of this, please!',
      'My kitchen hero ☕ | Love love love it!!! Even the box was nice',
      'Small footprint | Fits between the toaster and the wall, which nothing else did. And the espresso is excellent.',
    ]),
    ...lines('positive', ['praise'], 'low', 'app', [
      'Does what it should | Timer, profiles, water alerts. No ads, no nonsense. Thank you!',
      'Great app | The brew diary made me a better barista, no joke.',
      'Works flawlessly | Paired in ten seconds with my Duo, and has never lost it since.',
      'Accessible! | I use VoiceOver and everything is labelled properly. That is rare. Bravo.',
      'Good morning button | I press it in bed. Coffee happens. 10/10',
    ]),
    ...lines('positive', ['praise'], 'low', 'support', [
      'Support deserves a raise | Had a faulty pump after a year, replaced within three days, no discussion, and a bag of {bean} on top.',
      'Human beings! | Called, and a person answered who knew the machine. I had forgotten that this exists.',
    ]),
    ...lines('positive', ['praise'], 'low', 'beans', [
      'Fresh every time | The Club parcel comes roasted two days before. {bean} is my favourite so far.',
    ]),
  ]),
  ...starred(4, [
    ...lines('positive', ['praise', 'complaint'], 'normal', 'quality', [
      'Very good, one flaw | Excellent coffee and build. One star less because the drip tray overflows without any warning.',
      'Nearly perfect | Love the machine. The power cable is far too short for a normal kitchen, though.',
      'Great coffee, loud grinder | The taste is wonderful, the grinder wakes the baby.',
    ]),
    ...lines('positive', ['praise', 'feature_request'], 'low', 'app', [
      'Good, wish for dark mode | Really nice and reliable app. Please add a dark mode, mornings are hard enough.',
      'Nice app | Works well with my Solo. Would be even better with a tablet layout.',
      'Please add a widget | All good here, a lock screen widget to start the machine would make it five stars.',
    ]),
    ...lines('positive', ['praise'], 'low', 'machine', [
      'Happy | Good machine, fair price, quick delivery.',
      'Solid after half a year | Does what they promise. Milk takes some practice, that is on me.',
    ]),
  ]),
  ...starred(3, [
    ...lines('neutral', ['complaint', 'praise'], 'normal', 'quality', [
      'Mixed feelings | The coffee is great. The plastic lever feels like it will break on any given {wk}.',
      'OK | Machine good, instructions bad. Took me an evening to find out how to change the water hardness.',
      'Half happy | Looks lovely, tastes lovely, drips on the counter after each cup.',
    ]),
    ...lines('negative', ['complaint', 'bug_report'], 'normal', 'app', [
      'Was better | The diary crashes when I scroll to last month. The rest works.',
      'Login loop | Has to log in again every few days. When it is logged in it is fine.',
      'Slow since the last update | Opens, thinks for half a minute, then works as before. {ver} on a two-year-old phone.',
    ]),
    ...lines('neutral', ['other'], 'low', 'verdict', ['Okay | It is a coffee machine.', 'meh | Does the job I guess']),
  ]),
  ...starred(2, [
    ...lines('negative', ['complaint', 'bug_report'], 'normal', 'app', [
      'Timer unreliable | Two out of five mornings there is no coffee. The app says "done". My cup says otherwise.',
      'Cannot pair any more | Worked for a year. Since {ver} the pairing hangs at "almost there".',
      'Notifications at night | Tells me at 3 am that the tank is empty. Switching notifications off does nothing.',
    ]),
    ...lines('negative', ['complaint'], 'normal', 'quality', [
      'Expected more | For this price I expect a tamper that is not made of plastic and a tray that fits.',
      'Delivery took a month | The machine is alright, I suppose, but four weeks and three different dates?',
      'Stale beans | Second parcel in a row with a roast date from two months ago.',
      'Too complicated | My parents need a machine that makes coffee, not one that wants an e-mail address first.',
    ]),
    ...lines('negative', ['complaint', 'feature_request'], 'normal', 'app', [
      'Needs an account for everything | Let us use the timer without an account and without a cloud, like in version 3.',
    ]),
  ]),
  ...starred(1, [
    ...lines('negative', ['complaint', 'bug_report'], 'normal', 'app', [
      'Does not open | White screen, then it closes. Reinstalled three times.',
      'Broken since update | {ver} deleted all my profiles. Years of tinkering, gone.',
      'Useless without internet | Router was down for a day and I could not even switch on my own machine. Unbelievable.',
    ]),
    ...lines('negative', ['complaint', 'bug_report'], 'normal', 'machine', [
      'Dead after 13 months | One month out of warranty the heater gives up. Coincidence, surely.',
      'Leaks | Water all over the counter on day two. The replacement leaks as well, just on the other side.',
    ]),
    ...lines('negative', ['complaint'], 'high', 'billing', [
      'Charged after cancelling | Cancelled the Club, got a confirmation, and still they took the money two months in a row. I want a refund.',
      'Where is my refund | Returned in {month}, confirmed by mail, no money until today. Nobody answers.',
    ]),
    ...lines('negative', ['complaint', 'churn_threat'], 'normal', 'leaving', [
      'Never again | Third repair in a year. I have ordered a machine from somebody else.',
      'Deleted | An app that asks for my location to make a coffee. Deleted, and the machine goes back too.',
    ]),
    ...lines('negative', ['complaint', 'bug_report'], 'high', 'safety', [
      'DANGEROUS | The plug got so hot that it melted into the socket. We smelled it in time. Do not leave this thing on a timer!',
    ]),
    ...lines('negative', ['complaint'], 'low', 'verdict', ['worst app | worst app ever', 'Trash | Waste of money.']),
  ]),
  ...starred(5, [
    ...lines('negative', ['complaint', 'bug_report'], 'normal', 'app', [
      'Five stars so that somebody reads it | Brew button does nothing since the last update. Please repair it, thank you.',
    ]),
    ...lines(
      'positive',
      ['praise'],
      'low',
      'machine',
      [
        'Top | Super Maschine, leise, schnell heiß, Ersatzteile gibt es auch. Klare Empfehlung.',
        'Sehr zufrieden | Nach einem Jahr täglicher Nutzung wie am ersten Tag. Die App hätte es nicht gebraucht, schadet aber auch nicht.',
      ],
      'de',
    ),
    ...lines(
      'positive',
      ['praise'],
      'low',
      'machine',
      [
        'Parfaite | Silencieuse, compacte, un vrai bon expresso. Rien à redire.',
        'Je recommande | Facile à entretenir et le service client est adorable.',
      ],
      'fr',
    ),
    ...lines(
      'positive',
      ['praise'],
      'low',
      'machine',
      ['Una joya | Hace un café espectacular y no ocupa nada. Volvería a comprarla sin pensarlo.'],
      'es',
    ),
    ...lines(
      'positive',
      ['praise'],
      'low',
      'machine',
      ['Maravilhosa | Café cremoso, fácil de limpar. Minha sogra já quer uma!'],
      'pt',
    ),
    ...lines('positive', ['praise'], 'low', 'machine', ['ممتازة | قهوة رائعة وسهلة التنظيف، أنصح بها'], 'ar'),
    ...lines('positive', ['praise'], 'low', 'machine', ['大満足 | 音が静かで、味も本格的。買ってよかったです。'], 'ja'),
  ]),
  ...starred(2, [
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'normal',
      'app',
      ['Seit Update unbrauchbar | Die App verliert ständig die Verbindung, jedes Mal muss ich neu koppeln.'],
      'de',
    ),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'normal',
      'machine',
      ['Perde acqua | Dopo tre mesi perde dal serbatoio. Il caffè era buono, peccato.'],
      'it',
    ),
    ...lines(
      'negative',
      ['complaint'],
      'normal',
      'delivery',
      ['Llegó rota | La caja venía abierta y el depósito roto. Aún espero el recambio.'],
      'es',
    ),
  ]),
  ...starred(1, [
    ...lines(
      'negative',
      ['complaint'],
      'high',
      'support',
      [
        'Keine Antwort | Seit drei Wochen warte ich auf eine Reaktion zu meiner defekten Duo. Telefon: Warteschleife. Mail: nichts. Ich bin verzweifelt.',
      ],
      'de',
    ),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'normal',
      'app',
      ['Plante sans arrêt | Impossible d’ouvrir l’application depuis la mise à jour. Écran noir.'],
      'fr',
    ),
    ...lines(
      'negative',
      ['complaint', 'bug_report'],
      'normal',
      'app',
      ['起動しない | 更新後、ロゴが出たまま進みません。早く直してください。'],
      'ja',
    ),
  ]),
]
