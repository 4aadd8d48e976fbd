import type { Sentiment } from './types.ts'

const GOOD = String.raw`better|nicer|faster|quicker|easier|cheaper|quieter|safer|smoother|simpler|superior|more reliable|more stable`
const BAD = String.raw`worse|slower|harder|louder|buggier|pricier|dearer|inferior|less reliable|less stable|more expensive|more complicated`
const NOT = String.raw`(?:\bnot\b|n['’]t\b|\bno\b|\bnever\b|\bhardly\b)\s+(?:\w+\s+){0,2}`
const MOVE = String.raw`(?:switch|mov(?:e|ed|ing)\b|migrat|chang(?:e|ed|ing)\b|went\b|going\b)\w*`
const TAKE = String.raw`(?:prefer|cho(?:o?se|sen)\b|recommend)\w*`
const LEAVE = String.raw`(?:left|leaving|ditch\w*|dump\w*|dropp\w*|replac\w*|abandon\w*|quit|quitting)`
/** Up to the name: an article or two, a quotation mark or sigil. */
const UP_TO = String.raw`(?:\s+(?:the|a|an|my|our|their|your|old|new|any|using)){0,3}\s*[@#"'“‘]?$`

const before: readonly { cue: RegExp; means: Sentiment }[] = [
  { cue: new RegExp(String.raw`\b(?:${GOOD})\b[^.!?]{0,60}\bthan${UP_TO}`), means: 'negative' },
  { cue: new RegExp(String.raw`\b(?:${BAD})\b[^.!?]{0,60}\bthan${UP_TO}`), means: 'positive' },
  { cue: new RegExp(String.raw`\b${MOVE}\b[^.!?]{0,60}\bfrom${UP_TO}`), means: 'negative' },
  { cue: new RegExp(String.raw`\b${TAKE}\b[^.!?]{1,60}\b(?:over|instead of|rather than)${UP_TO}`), means: 'negative' },
  { cue: new RegExp(String.raw`\b${LEAVE}${UP_TO}`), means: 'negative' },
  { cue: new RegExp(String.raw`\b${MOVE}\b[^.!?]{0,60}\bto${UP_TO}`), means: 'positive' },
  { cue: new RegExp(String.raw`\b${TAKE}${UP_TO}`), means: 'positive' },
]
const after: readonly { cue: RegExp; means: Sentiment }[] = [
  { cue: new RegExp(String.raw`^[^.!?,;]{0,40}\b(?:${GOOD})\b[^.!?]{0,40}\bthan\b`), means: 'positive' },
  { cue: new RegExp(String.raw`^[^.!?,;]{0,40}\b(?:${BAD})\b[^.!?]{0,40}\bthan\b`), means: 'negative' },
]
const denied = new RegExp(String.raw`${NOT}(?:${GOOD}|${BAD}|${MOVE}|${TAKE}|${LEAVE})`)

/**
 * What an English comparison says of the one named between two parts of a sentence: "A is better than B", "switched
 * from A to B", "prefer A over B". Undefined where there is none, or a denied one. The clause alone cannot tell: after
 * "than" nothing is left but the name.
 */
export function comparedAs(leading: string, trailing: string): Sentiment | undefined {
  const [lead, trail] = [leading.toLowerCase(), trailing.toLowerCase()]
  if (denied.test(lead) || denied.test(trail)) return undefined
  return before.find(({ cue }) => cue.test(lead))?.means ?? after.find(({ cue }) => cue.test(trail))?.means ?? undefined
}
