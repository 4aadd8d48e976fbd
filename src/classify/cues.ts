import type { Doc, Entry } from './features.ts'

/**
 * Phrases that point to an intent or to urgency, by what they are evidence of (classification.md 7).
 * `*` stands for any one token. Apostrophes as people write them, with and without.
 */
export const CUES = {
  ask: "how do i|how can i|how to|how does|how long|how far|how much|how many|how come|what is|what are|whats|what's|what time|what if|when will|when is|when are|when does|when can|where is|where can|where do|where are|which one|who is|who can|is there|are there|is it|is this|is that|are you|are we|can i|can you|can u|can we|can someone|can anyone|could you|could i|could someone|do you|do i|do we|does it|does anyone|does the|does this|did you|would you|will you|will i|will it|will there|will the|have you|has anyone|should i|any idea|any chance|any way|any update|any updates|any news|any eta|any help|anyone know|anybody know|does anybody|why is|why are|why does|why do|why did|why can't|why cant|why am|why won't|is anyone|am i|any fixes|may i|please tell|pls tell|tell me|let me know|please advise|advise|wondering|how|why|what|when|where|who|which|ou|où|quand|comment|pourquoi|combien|warum|wann|wieso|wie|wo|cuándo|cuando|dónde|donde|cómo|por qué|perché|quando|dove|onde|como|क्यों|كيف|متى|لماذا",
  help: "help me|please help|pls help|plz help|need help|help|assist|assistance|support please|call me|contact me|dm me|pm me|email me|message me|get in touch|contact|reach you|reach someone|speak to|talk to someone|customer service|get back to me|need your|can't find|cant find",
  rhetoric:
    "are you kidding|are you serious|is this a joke|are you joking|really|seriously|what a|who cares|guess what|how dare|why bother|what the hell|what the fuck|wtf|what happened to|who knows|who else|you know what|did you know|do you really think|what's the point|whats the point",
  bug: "crash|crashes|crashed|crashing|crashs|freeze|freezes|freezing|frozen|froze|glitch|glitches|glitchy|glitching|bug|buggy|lag|lags|laggy|lagging|hang|hangs|stuck|error|errors|error message|force close|force closes|force closing|won't open|wont open|won't load|wont load|won't let|wont let|won't work|wont work|won't play|wont play|won't start|wont start|won't download|won't connect|wont connect|won't update|can't open|cant open|can't log|cant log|can't login|cant login|can't sign|cant sign|can't access|cant access|can't connect|cant connect|can't download|cant download|can't play|can't watch|can't send|cant send|can't upload|can't update|can't post|can't see|cant see|can't hear|can't install|can't even open|cannot open|cannot log|cannot login|cannot access|cannot send|cannot download|cannot connect|unable to|doesn't load|doesnt load|doesn't open|doesnt open|doesn't play|doesn't show|doesn't let|doesn't sync|doesn't display|does not load|does not open|does not display|not loading|not opening|not showing|not working|not syncing|not responding|not downloading|not sending|not displaying|isn't loading|keeps crashing|keeps closing|keeps stopping|keeps saying|keeps freezing|keeps logging|keeps loading|keeps disappearing|keep disappearing|keep crashing|shuts down|shut down|shutting down|closes itself|closes by itself|kicks me|kicks you|kicked me|kicks u|logs me out|logged me out|log me out|logged out|stopped working|quit working|no sound|no audio|black screen|white screen|blank screen|blank|failed|fails|broken|broke|malfunction|disappeared|disappear|disappears|deleted|after the update|since the update|after update|last update|latest update|new update|recent update|since update|since last update|reinstall|reinstalled|reset|won't turn|wont turn|overheats|overheating|drains|gateway|timeout|data gone|is gone|lost all|lost my",
  fault:
    "doesn't work|doesnt work|dont work|don't work|does not work|not work|didn't work|never works|won't|wont|can't|cant|cannot|problem|problems|issue|issues|trouble|fault|faulty|defective|wrong|missing|damaged|fix|fix it|fix this|please fix|pls fix|plz fix|needs fixing",
  wish: "i wish|wish|wish there|wish it|wish you|would be nice|would be great|would be better|would be good|would be awesome|would be cool|would love|would like|i'd like|i'd love|it'd be|should be|should have|should add|should allow|should make|should let|should also|should include|need to add|needs to add|need a|needs a|needs more|need more|needs an|please add|pls add|plz add|please make|please bring|please include|please allow|please consider|please let|please give|please provide|please put|add a|add an|add more|add the|add some|add option|add feature|add support|could add|can add|can you add|can you make|can we get|can we have|bring back|an option|option to|ability to|feature|features|suggestion|suggest|request|if only|if you could|if there was|if it had|if it could|hope you|hopefully|missing is|only thing missing|lacks|lack|want to be able|would give * stars|give * stars|5 stars if|make it|allow us|let us|update for|reconsider|instead of",
  buy: "want to buy|wanna buy|going to buy|gonna buy|gon buy|imma buy|ima buy|will buy|i'll buy|ill buy|to buy|buying|want to order|going to order|gonna order|want to get|wanna get|going to get|gonna get|ima get|imma get|will get|getting the|getting a|i'm getting|im getting|i want|i need|i want the|need this|need the|need a new|pre order|preorder|pre-order|preordering|preordered|pre ordering|place an order|order one|saving up|saving for|save up|planning to|plan to|thinking of getting|thinking about getting|thinking of buying|looking to buy|looking for a|interested in|upgrading to|upgrade to|upgrading|subscribe to|sign up|tryna get|trying to get|trying to buy|tryna buy|can't wait to get|cant wait to get|take my money|where can i buy|where to buy|where can i get|how much is|how much are|price of|in stock|back in stock|available for purchase|shut up and take|considering|debating|my next|next phone|when i get|once i get|try again|will try|order po",
  owned: 'bought|i bought|i have|i got|got my|just got|ordered|received|purchased|my new',
  leave:
    "uninstalled|uninstalling|uninstal|unistall|unsubscribe|unsubscribed|unsubscribing|cancel|cancelled|canceled|cancelling|canceling|cancel my|switching|switch to|switching to|switched to|going to switch|may switch|just switch|may just switch|leaving|i'm leaving|leaving for|moving to another|change provider|never again|never fly|never flying|never buy|never buying|never use|never using|never shop|never order|never going back|never coming back|not coming back|not buying|won't be back|wont be back|won't buy|won't use|won't be using|won't be flying|will not buy|will not use|will never|no longer use|no longer using|lost a customer|losing a customer|lost me|losing me|boycott|boycotting|delete this|deleting|delete the app|deleted the app|quit using|stop using|stopped using|stopped playing|done with|i'm done|im done|going elsewhere|go elsewhere|take my business|taking my business|another airline|different airline|getting rid|fly * instead|instead of you|no * will be purchased|until resolved|i uninstall|uninstall this|will uninstall|going to uninstall|to uninstall it|would like to uninstall|had to uninstall|gonna uninstall|uninstall it|i will uninstall|have uninstalled",
  promo:
    "giveaway|give away|giving away|competition|contest|sweepstakes|sweeps|enter to win|enter now|enter for|chance to win|a chance|for a chance|to win|win a|win an|winning|rt to|rt &|rt and|rt amp|retweet|follow and|follow us|follow me|follow & |flw|subscribe|check out|check this|check it out|check our|check my|click here|click the|click on|link in bio|shop now|buy now|order now|order yours|get yours|sign up now|register now|join us|join our|book now|limited time|limited offer|special offer|offer|offers|discount|promo|promo code|coupon|use code|code|referral|% off|free shipping|on sale|sale|deal|deals|for sale|half price|cheap|free|freebies|free gift|gift card|cash|cash prize|prize|claim|claim your|urgent|won|you have won|congratulations|winner|guaranteed|ringtone|txt|text|stop to|reply stop|t&cs|call now|call free|free entry|followers|gain followers|get followers|automatically|unfollowed|i liked a|liked a|added a video|new video|new vid|my new video|watch live|watch it live|live stream|livestream|streaming now|now playing|#nowplaying|listen to|mixtape|tune in|tune in to|our store|our show|our shop|come on by|come by|come see|we're open|stop by|visit us|visit our|dm for|dm us|contact us|hiring|join|earn|make money|make * money|from home|bitcoin|crypto|forex|investment|visit|available now|out now|new post|new blog|blog post|read more|details|tickets available|get your tickets|tickets on sale|sponsored|ad|promotion|affiliate|brand new series",
  thanks:
    'thank you|thanks|thank u|thx|ty|cheers|appreciate|grateful|kudos|shout out|shoutout|props to|well done|good job|great job|nice job|good work|great work|keep it up|keep up',
  advance: 'thanks in advance|thank you in advance|many thanks|thanks a lot|thanks!',
  delight:
    'love|loved|love it|luv|awesome|amazing|great|excellent|perfect|fantastic|wonderful|brilliant|best|good|nice|cool|superb|super|favorite|favourite|fave|helpful|useful|enjoy|enjoyed|enjoying|addicting|addictive|impressed|happy with|recommend|recommended|highly recommend|must have|5 stars|five stars|works great|works well|easy to use|fun|good app|great app|best app|nice app|good game|great game|best game|i like|really like|satisfied|delighted|smooth|reliable',
  anger:
    "worst|terrible|horrible|awful|pathetic|disgusting|useless|trash|garbage|rubbish|crap|crappy|sucks|suck|hate|ridiculous|joke|disappointed|disappointing|disappointment|annoying|annoyed|frustrating|frustrated|unacceptable|poor|poor service|bad service|rude|waste|waste of|waste of money|waste of time|scam|ripoff|rip off|shame|shame on|fail|failure|incompetent|slow|unhappy|not happy|upset|pissed|fed up|tired of|sick of|dirty|overpriced|expensive|dislike|don't like|dont like|not good|no good|not impressed|mad|worse|horrendous|lousy|mess|nightmare|never received|still waiting|been waiting|still no|still not|still haven't|on hold|hung up|no response|no reply|no answer|ignored|late|delayed|delay|lost my|lost our|wrong order|not received|didn't receive|haven't received|not delivered",
  money:
    'refund|refunded|my money|money back|charged|charge me|charging me|overcharged|double charged|charged twice|charged me|still charged|unauthorized|unauthorised|stole|stolen|steal|stealing|stealing my|owe me|owed|reimburse|reimbursement|compensation|cashback|deducted|debited|paid for|i paid|took my money|taken from my|bank account|never received|charged me again|charge me again|recharged me|recharged|charging my|charged my|my card|my deposit|still billing|billed',
  danger:
    'hacked|hack|fraud|fraudulent|scammed|scammer|phishing|identity theft|my account was|account hacked|compromised|security breach|data breach|privacy|lawyer|sue|suing|legal action|lawsuit|attorney|court|police|unsafe|dangerous|injury|injured|hurt|fire|burned|burnt|smoke|allergic|poisoning|food poisoning|hospital|sick after|safety|emergency|harassment|threat|blackmail',
  stranded:
    'stranded|cancelled flight|canceled flight|flight cancelled|flight canceled|cancelled my flight|missed my|missed connection|missed our|missed flight|lost luggage|lost bag|lost bags|lost my bag|lost my luggage|my bag|my bags|my luggage|luggage|baggage|bags|no room|sleeping in|sitting on|on the tarmac|tarmac|rebook|rebooked|stuck at the airport|stuck at airport|stuck on the tarmac',
  wait: 'hours|an hour|hour|on hold|hold for|days|weeks|months|waiting|been waiting|still waiting|for over|over an hour|no one|nobody|no response|no reply|no answer|ignoring|hung up|keep getting|keeps getting|third time|second time|again and again|several times|multiple times|numerous|repeatedly|asap|urgent|urgently|immediately|right now|today|tonight|tomorrow|in * hours|desperate|desperately',
  outage:
    "outage|down|is down|are down|service down|server down|servers down|servers are|no service|no internet|no signal|no wifi|no power|no electricity|power outage|blackout|we're off|no cell service|no cell|no mobile service|no connection|went down|been down",
  company:
    'customer|customers|service|app|apps|account|order|ordered|delivery|store|website|site|flight|phone|product|company|subscription|staff|agent|support|game|update|version|price|team|bank|card|bill|internet|network|device|download|login|password',
  support: "sent|dm sent|dm'd|sent dm|done|yes|no|yep|nope|confirmed|here you go|i did|i have|i tried|already|still",
  joining: 'and|but|however|except|although|though|otherwise|unfortunately|yet|only thing|just|until',
} as const satisfies Record<string, string>

export type Cue = keyof typeof CUES
export const CUE_NAMES = Object.keys(CUES) as Cue[]
export const CUE_COUNT = CUE_NAMES.length

export interface Phrase {
  cue: number
  tokens: string[]
}

const STARTS = buildStarts()

function buildStarts(): ReadonlyMap<string, readonly Phrase[]> {
  const starts = new Map<string, Phrase[]>()
  for (const [cue, name] of CUE_NAMES.entries()) {
    for (const phrase of CUES[name].split('|')) {
      const tokens = phrase
        .trim()
        .split(' ')
        .map((token) => (token === '#nowplaying' ? 'nowplaying' : token))
      const first = tokens[0] ?? ''
      starts.set(first, [...(starts.get(first) ?? []), { cue, tokens }])
    }
  }
  return starts
}

const NONE: readonly Phrase[] = []

export function phrasesFrom(word: string): readonly Phrase[] {
  return STARTS.get(word) ?? NONE
}

/** How often each kind of cue occurs, at most 3 counted, as 0…1; longer phrases count once for all their words. */
export function readCues(doc: Doc, out: Float32Array): void {
  out.fill(0)
  const { entries, count } = doc
  for (let i = 0; i < count; i++) {
    const { phrases } = entries[i] as Entry
    let seen = 0
    for (let p = 0; p < phrases.length; p++) {
      const { cue, tokens } = phrases[p] as Phrase
      if (seen & (1 << cue) || !matches(doc, i, tokens)) continue
      seen |= 1 << cue
      out[cue] = (out[cue] ?? 0) + 1
    }
  }
  for (let c = 0; c < CUE_COUNT; c++) out[c] = Math.min(out[c] ?? 0, 3) / 3
}

function matches({ tokens: { norm }, count }: Doc, at: number, tokens: readonly string[]): boolean {
  if (at + tokens.length > count) return false
  for (let k = 1; k < tokens.length; k++) if (tokens[k] !== '*' && norm[at + k] !== tokens[k]) return false
  return true
}
