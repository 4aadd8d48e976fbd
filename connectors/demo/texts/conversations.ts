import { type Line, lines } from './line.ts'

/** What a customer writes when nobody answers. */
export const nudgeLines: Record<string, Line[]> = {
  en: lines('negative', ['complaint'], 'normal', 'waiting', [
    'hello??',
    'anyone there? @tamsel',
    'Still waiting for an answer @tamsel',
    'bump',
    '@tamsel ??',
    'Any news on this? It has been a while',
  ]),
  de: lines(
    'negative',
    ['complaint'],
    'normal',
    'waiting',
    ['Hallo??', 'Ist da jemand @tamsel', 'Warte immer noch auf Antwort'],
    'de',
  ),
  fr: lines(
    'negative',
    ['complaint'],
    'normal',
    'waiting',
    ['Il y a quelqu’un ? @tamsel', 'Toujours sans réponse…'],
    'fr',
  ),
  es: lines('negative', ['complaint'], 'normal', 'waiting', ['¿hola?? @tamsel', 'sigo esperando respuesta'], 'es'),
  pt: lines('negative', ['complaint'], 'normal', 'waiting', ['oi?? @tamsel', 'continuo à espera'], 'pt'),
  it: lines('negative', ['complaint'], 'normal', 'waiting', ['c’è nessuno? @tamsel'], 'it'),
  ar: lines('negative', ['complaint'], 'normal', 'waiting', ['هل من مجيب؟ @tamsel'], 'ar'),
  ja: lines('negative', ['complaint'], 'normal', 'waiting', ['まだ返事をもらっていません @tamsel'], 'ja'),
}

/** What a customer writes after an answer of the company. */
export const thanksLines: Record<string, Line[]> = {
  en: [
    ...lines('positive', ['praise'], 'low', 'fixed', [
      'That worked, thank you so much! 🙌',
      'ok I take everything back. works again, thank you',
      'Sorted. You are the best, cheers',
      'back to life!! thank you',
    ]),
    ...lines('positive', ['praise'], 'low', 'support', [
      'wow that was quick. thanks!',
      'Thank you! Did not expect an answer on the same day',
      'perfect, that helps a lot. thanks',
      'you lot are lovely, thank you',
    ]),
  ],
  de: lines(
    'positive',
    ['praise'],
    'low',
    'support',
    ['Super, vielen Dank!', 'Top, danke euch für die schnelle Hilfe!'],
    'de',
  ),
  fr: lines('positive', ['praise'], 'low', 'support', ['Merci beaucoup !', 'Parfait, merci pour la rapidité 😊'], 'fr'),
  es: lines('positive', ['praise'], 'low', 'support', ['¡Muchas gracias!', 'sois geniales, gracias'], 'es'),
  pt: lines('positive', ['praise'], 'low', 'support', ['Muito obrigado! 👏'], 'pt'),
  it: lines('positive', ['praise'], 'low', 'support', ['Perfetto, grazie mille!'], 'it'),
  ar: lines('positive', ['praise'], 'low', 'support', ['شكراً جزيلاً على المساعدة 🌹'], 'ar'),
  ja: lines('positive', ['praise'], 'low', 'support', ['助かりました。ありがとうございます！'], 'ja'),
}
export const stillLines: Record<string, Line[]> = {
  en: lines('negative', ['complaint'], 'normal', 'support', [
    'Tried that already, as I wrote. No change.',
    'nope, still the same',
    'That did not help, sorry. Now it does not even switch on.',
    'I did all of that on {wk}. What else?',
  ]),
  de: lines(
    'negative',
    ['complaint'],
    'normal',
    'support',
    ['Leider nein, immer noch dasselbe.', 'Das hatte ich schon probiert, bringt nichts.'],
    'de',
  ),
  fr: lines('negative', ['complaint'], 'normal', 'support', ['Déjà essayé, ça ne change rien.'], 'fr'),
  es: lines('negative', ['complaint'], 'normal', 'support', ['Ya lo probé y sigue igual.'], 'es'),
  pt: lines('negative', ['complaint'], 'normal', 'support', ['Já tentei isso e continua igual.'], 'pt'),
  it: lines('negative', ['complaint'], 'normal', 'support', ['Già provato, non cambia niente.'], 'it'),
  ar: lines('negative', ['complaint'], 'normal', 'support', ['جرّبت ذلك ولم يتغير شيء'], 'ar'),
  ja: lines('negative', ['complaint'], 'normal', 'support', ['試しましたが、変わりません。'], 'ja'),
}
/** After an answer to something that cannot be mended with a screwdriver. */
export const unheardLines: Record<string, Line[]> = {
  en: [
    ...lines('negative', ['complaint'], 'normal', 'support', [
      'You said that last week too.',
      'I would rather have a date than an apology, to be honest.',
      'ok, but nothing has happened so far',
    ]),
    ...lines('neutral', ['other'], 'normal', 'handover', [
      'fine, I have sent you everything by message',
      'number is {order}, waiting to hear from you',
    ]),
  ],
  de: lines(
    'negative',
    ['complaint'],
    'normal',
    'support',
    ['Das habt ihr letzte Woche auch geschrieben.', 'Bisher ist nichts passiert.'],
    'de',
  ),
  fr: lines('negative', ['complaint'], 'normal', 'support', ['On m’a déjà dit ça la semaine dernière.'], 'fr'),
  es: lines('negative', ['complaint'], 'normal', 'support', ['eso mismo me dijisteis la semana pasada'], 'es'),
  pt: lines('negative', ['complaint'], 'normal', 'support', ['já me disseram isso na semana passada'], 'pt'),
  it: lines('negative', ['complaint'], 'normal', 'support', ['Me l’avete già detto la settimana scorsa.'], 'it'),
  ar: lines('negative', ['complaint'], 'normal', 'support', ['قلتم هذا الأسبوع الماضي أيضاً'], 'ar'),
  ja: lines('negative', ['complaint'], 'normal', 'support', ['先週も同じことを言われました。'], 'ja'),
}
export const askBackLines: Record<string, Line[]> = {
  en: [
    ...lines('neutral', ['question'], 'normal', 'support', [
      'ok, and where do I find that setting?',
      'Thanks. Does that also work without the app?',
      'How long will that take, roughly?',
    ]),
    ...lines('neutral', ['other'], 'normal', 'handover', [
      'sent, thanks',
      'Order number is {order}',
      'done, you have mail',
    ]),
  ],
  de: lines(
    'neutral',
    ['question'],
    'normal',
    'support',
    ['Und wo finde ich das genau?', 'Wie lange dauert das ungefähr?'],
    'de',
  ),
  fr: lines('neutral', ['question'], 'normal', 'support', ['Merci, et où se trouve ce réglage ?'], 'fr'),
  es: lines('neutral', ['question'], 'normal', 'support', ['vale, ¿y dónde está esa opción?'], 'es'),
  pt: lines('neutral', ['question'], 'normal', 'support', ['ok, e onde fica essa opção?'], 'pt'),
  it: lines('neutral', ['question'], 'normal', 'support', ['ok, e dove trovo l’impostazione?'], 'it'),
  ar: lines('neutral', ['question'], 'normal', 'support', ['حسناً، وأين أجد هذا الإعداد؟'], 'ar'),
  ja: lines('neutral', ['question'], 'normal', 'support', ['その設定はどこにありますか？'], 'ja'),
}

/** What the company's people write by hand on the platform itself: by topic where it has its own tone, else by intent. */
export const companyAnswers: Record<string, Record<string, readonly string[]>> = {
  en: {
    safety: [
      'Please unplug it and do not use it again. I am calling you today: send me your number by message. – {colleague}',
      'We take this very seriously. Please leave it unplugged; our workshop collects it tomorrow, at our cost. – {colleague}',
    ],
    security: [
      'Thank you for telling us. We have locked the account and look at it right now; please send us the mail address by message. – {colleague}',
    ],
    billing: [
      'That is our mistake, and the money goes back today. Please send me the order number by message. – {colleague}',
      'I have asked accounting to look at it right away and write to you before five. – {colleague}',
    ],
    delivery: [
      'I have asked the carrier and opened a second parcel just in case. You will have a tracking number by tonight. – {colleague}',
      'Sorry! It is packed, it should have left on Monday. I will carry it to the van myself. – {colleague}',
    ],
    leaving: [
      'We would hate to lose you, and you are right to be annoyed. May I call you? – {colleague}',
      'Sorry that it came to this. I have passed on every word, and the postage is on us, of course. – {colleague}',
    ],
    outage: [
      'Sorry! Sync is down for many of you, we are on it. Until then: hold the left button for five seconds, the machine brews without us. – {colleague}',
    ],
    bug_report: [
      'That should not happen, sorry. Could you hold both buttons for ten seconds and tell us the number that shows? – {colleague}',
      'Thanks for the details, we can see it here too. A fix is in the next app version, out this week. – {colleague}',
      'Sorry about this! Please send us your serial number (under the tank) by message, and we will look at the log. – {colleague}',
      'Oh dear. I have put this on the desk of the person who wrote it. More by tomorrow. – {colleague}',
    ],
    complaint: [
      'That is not how we want it to be. May we have your order number by message? I will follow it up myself. – {colleague}',
      'You are right, and we are sorry. I have passed it to the workshop and come back to you by tomorrow noon. – {colleague}',
      'Fair. I have written down every word and read it out in our morning round. – {colleague}',
    ],
    purchase_intent: [
      'Lovely! Write to hello@tamsel.example and I will put an offer together today. – {colleague}',
      'Happy to hear it! Just sent you a message with the details. – {colleague}',
    ],
    question: [
      'Good question! The workshop knows for sure, I will ask and be back within the hour. – {colleague}',
      'Thanks for asking! I have just sent you the page of the manual by message. – {colleague}',
      'Short answer: yes. Long answer: in your messages, with a drawing. – {colleague}',
      'We get this one a lot: it is in the app under Help > Machine. Shout if it is not clear! – {colleague}',
    ],
    feature_request: [
      'We like it, and it is on the list now. No promises on when. – {colleague}',
      'Noted, and you are not the only one. Thank you for writing it down so clearly. – {colleague}',
    ],
    praise: [
      'This made our morning. Thank you! – {colleague}',
      'You just became the talk of the workshop ❤️ – {colleague}',
      'Printed, and on the wall it goes. – {colleague}',
    ],
  },
  de: {
    bug_report: [
      'Das sollte nicht passieren. Halte bitte beide Tasten zehn Sekunden lang und schreib uns, welche Zahl erscheint. – {colleague}',
      'Danke für den Hinweis, wir sehen es hier auch. Die Korrektur kommt diese Woche. – {colleague}',
    ],
    complaint: [
      'Das tut uns leid. Schickst du uns die Bestellnummer per Nachricht? Ich kümmere mich darum. – {colleague}',
    ],
    question: ['Gute Frage! Ich frage in der Werkstatt nach und melde mich gleich. – {colleague}'],
    praise: ['Danke, das freut die ganze Werkstatt! – {colleague}'],
  },
  fr: {
    complaint: ['Désolés ! Pouvez-vous nous envoyer le numéro de commande en message ? Je m’en occupe. – {colleague}'],
    question: ['Bonne question ! Je demande à l’atelier et je reviens vers vous. – {colleague}'],
    praise: ['Merci, ça fait chaud au cœur ! – {colleague}'],
  },
  pt: {
    complaint: ['Lamentamos muito! Pode enviar-nos o número da encomenda por mensagem? Trato já disso. – {colleague}'],
    question: ['Boa pergunta! Vou confirmar com a oficina e já lhe digo. – {colleague}'],
    praise: ['Obrigado! Ganhámos o dia. – {colleague}'],
  },
  it: {
    complaint: ['Ci dispiace davvero. Ci manda il numero di serie in privato? Ce ne occupiamo subito. – {colleague}'],
    feature_request: ['Bella idea, è in lista! – {colleague}'],
    praise: ['Grazie! E alla nonna non diciamo niente. – {colleague}'],
  },
  es: {
    complaint: ['Lo sentimos mucho. ¿Nos mandas el número de pedido por mensaje? Lo miro ahora mismo. – {colleague}'],
    question: ['¡Buena pregunta! Lo consulto con el taller y te digo. – {colleague}'],
    praise: ['¡Gracias, nos alegras el día! – {colleague}'],
  },
}

/** What the company writes when the customer was not done yet. */
export const closingAnswers: Record<string, readonly string[]> = {
  en: [
    'Thank you for trying. Then it is us and not you: a replacement leaves today, keep the old one until it works. – {colleague}',
    'Got it, thanks! I have everything now and come back to you by five. – {colleague}',
    'Understood. I have taken it to the workshop myself, you will get a call and not a ticket number. – {colleague}',
    'Fair question. I have sent you the steps with pictures by message. – {colleague}',
  ],
  de: [
    'Danke fürs Probieren. Dann liegt es an uns: Ersatz geht heute raus. – {colleague}',
    'Alles klar, ich melde mich bis heute Abend mit einer Antwort. – {colleague}',
  ],
  fr: ['Merci d’avoir essayé. Je vous appelle cet après-midi. – {colleague}'],
}
