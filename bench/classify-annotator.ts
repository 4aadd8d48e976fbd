import { readFileSync } from 'node:fs'

import { measure } from '../src/classify/metrics.ts'
import { readSplit } from '../src/classify/train/data.ts'

const SET = 'appreview-maalej'
const TYPES = ['Bug', 'Feature']

/**
 * How far labels given by the definitions of the intents agree with the types that came with the app reviews: macro-F1
 * over bug, feature and neither, of the rows of `labels.tsv` drawn by type, each type counted as often as it occurs. No
 * classifier that follows the definitions can be expected to do better on that set. Rows of the confusion are the types.
 */
export function annotatorOnTypes(folder: string, labelsFile: string): { value: number; confusion: number[][] } {
  const rows = readSplit(folder, SET, 'train')
  const typeOf = (label: string): number => (TYPES.indexOf(label) + 3) % 3
  const total = [0, 0, 0]
  for (const { label } of rows) total[typeOf(label)] = (total[typeOf(label)] ?? 0) + 1
  const pairs = readFileSync(labelsFile, 'utf8')
    .split('\n')
    .flatMap((line): [truth: number, said: number][] => {
      const [set, , row, , intents = '', , picked] = line.split('\t')
      if (set !== SET || picked !== 'stratified') return []
      const names = intents.split(',')
      const said = names.includes('bug_report') ? 0 : names.includes('feature_request') ? 1 : 2
      return [[typeOf(rows[Number(row)]?.label ?? ''), said]]
    })
  const confusion = measure(
    pairs.map(([truth]) => truth),
    pairs.map(([, said]) => said),
    3,
  ).confusion
  const drawn = confusion.map((row) => row.reduce((a, b) => a + b, 0))
  const f1 = [0, 1, 2].map((type) => {
    let [hit, said] = [0, 0]
    for (const [truth, answer] of pairs) {
      if (answer !== type) continue
      const weight = (total[truth] ?? 0) / Math.max(drawn[truth] ?? 0, 1)
      said += weight
      if (truth === type) hit += weight
    }
    return (2 * hit) / Math.max(said + (total[type] ?? 0), 1)
  })
  return { value: f1.reduce((a, b) => a + b, 0) / 3, confusion }
}
