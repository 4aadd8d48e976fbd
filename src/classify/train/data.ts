import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

export interface Row {
  text: string
  label: string
  stars?: number
  rating?: number
  domain?: string
  src?: string
  app?: string
}

export type Split = 'train' | 'dev'

/** Rows of one split, in file order. Only train and dev exist here: test splits stay unseen. */
export function readSplit(folder: string, name: string, split: Split): Row[] {
  const file = join(folder, name, `${split}.jsonl.gz`)
  if (!existsSync(file)) throw new Error(`No ${split} split of ${name} in ${folder}: pass the folder with --data.`)
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)
}

/** A small seeded generator (mulberry32): the same seed gives the same weights to the byte. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function shuffle<T extends { length: number; [i: number]: unknown }>(items: T, random: () => number): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const held = items[i]
    items[i] = items[j]
    items[j] = held
  }
  return items
}
