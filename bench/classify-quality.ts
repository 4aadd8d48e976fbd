// npm run bench:classify [-- --data FOLDER]: quality on the dev splits, by head, source and language, with confusion and
// calibration; how it stands changed texts; speed and quality beside natural, VADER and wink; what the model before had.
// Fails when a figure is worse than those kept in data/models/quality.json; --keep writes them.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { decodeBundle } from '../src/classify/artefact.ts'
import { createClassifier } from '../src/classify/classifier.ts'
import { calibrationError } from '../src/classify/evaluate.ts'
import { loadArtefacts } from '../src/classify/load.ts'
import { type Measures, measure } from '../src/classify/metrics.ts'
import { readSplit, type Row } from '../src/classify/train/data.ts'
import { POSTS } from '../src/classify/train/language.ts'
import { LANGUAGES } from '../src/classify/train/languages.ts'
import { type Quality, qualityOf } from '../src/classify/train/intentQuality.ts'
import { type Classification, type Classifier, type Kind, SENTIMENTS } from '../src/classify/types.ts'
import { annotatorOnTypes } from './classify-annotator.ts'
import { faithfulness, perturbAll, PERTURBATIONS } from './classify-perturb.ts'
import { contenders, measureSpeeds, NATURAL, ratiosOf, VADER } from './classify-speed.ts'
import { median } from './measure.ts'

const root = join(import.meta.dirname, '..')

export function measureQuality(classifier: Classifier, folder: string): Quality[] {
  const out: Quality[] = []
  const run = (set: string, kind: Kind, lang?: string): { rows: Row[]; said: Classification[] } => {
    const rows = readSplit(folder, set, 'dev')
    return { rows, said: rows.map(({ text }) => classifier.classify({ text, kind, ...(lang ? { lang } : {}) })) }
  }
  const add = (
    name: string,
    truth: number[],
    answers: number[],
    classes: number,
    pick: (m: Measures) => number,
  ): void => void out.push(qualityOf(name, truth, answers, classes, pick))
  const tone = (label: string): number => SENTIMENTS.indexOf(label as (typeof SENTIMENTS)[number])

  const mention = run('semeval2017-4a', 'mention')
  const truth = mention.rows.map((row) => tone(row.label))
  add(
    'SemEval mRec',
    truth,
    mention.said.map((s) => tone(s.sentiment)),
    3,
    (m) => m.macroRecall,
  )
  const addCalibration = (
    name: string,
    said: readonly Classification[],
    answers: readonly number[],
    own: readonly number[],
  ): void => {
    const error = calibrationError(
      said.map((one) => one.confidence),
      answers.map((answer, i) => answer === own[i]),
    )
    out.push({ name: `${name} calibration error`, value: error, low: error, high: error, n: own.length })
  }
  addCalibration(
    'SemEval',
    mention.said,
    mention.said.map((one) => tone(one.sentiment)),
    truth,
  )
  const review = run('playstore-top20', 'review')
  const stars = review.rows.map((row) => tone(row.label))
  const judged = review.said.map((s) => tone(s.sentiment))
  add('Play Store F1pn', stars, judged, 3, (m) => ((m.f1[0] ?? 0) + (m.f1[2] ?? 0)) / 2)
  add('Play Store mF1', stars, judged, 3, (m) => m.macroF1)
  addCalibration('Play Store', review.said, judged, stars)
  const emotions = ['anger', 'joy', 'optimism', 'sadness', 'none']
  const feel = run('tweeteval-emotion', 'mention')
  const feelings = feel.said.map((s) => emotions.indexOf(s.emotion?.label ?? 'none'))
  add(
    'emotion mF1',
    feel.rows.map((r) => emotions.indexOf(r.label)),
    feelings,
    5,
    (m) => m.macroF1,
  )
  const rude = run('tweeteval-offensive', 'mention')
  const isRude = rude.rows.map((r) => (r.label === 'offensive' ? 1 : 0))
  add(
    'offensive mF1',
    isRude,
    rude.said.map((s) => ((s.offensive ?? 0) > 0.5 ? 1 : 0)),
    2,
    (m) => m.macroF1,
  )
  const sms = run('sms-spam', 'mention')
  const isSpam = sms.rows.map((r) => (r.label === 'spam' ? 1 : 0))
  add(
    'SMS spam F1',
    isSpam,
    sms.said.map((s) => ((s.spam ?? 0) > 0.5 ? 1 : 0)),
    2,
    (m) => m.f1[1] ?? 0,
  )
  for (const isStated of [true, false]) {
    const values: number[] = []
    for (const [set, lang] of LANGUAGES) {
      const own = run(set, 'mention', isStated ? lang : undefined)
      const name = `sentiment ${lang} mF1${isStated ? '' : ', language identified'}`
      add(
        name,
        own.rows.map((r) => tone(r.label)),
        own.said.map((s) => tone(s.sentiment)),
        3,
        (m) => m.macroF1,
      )
      values.push(out.at(-1)?.value ?? 0)
    }
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    out.push({
      name: `seven languages, mean mF1${isStated ? '' : ', language identified'}`,
      value: mean,
      low: mean,
      high: mean,
      n: 7,
    })
  }
  for (const cut of [0, 40]) {
    const shares = POSTS.filter(([, lang]) => lang !== 'hi').map(([set, lang]) => {
      const texts = readSplit(folder, set, 'dev').map(({ text }) => text.replaceAll(/@\w+|https?\S*/g, ' ').trim())
      const right = texts.filter(
        (text) => classifier.classify({ text: cut ? text.slice(0, cut) : text, kind: 'mention' }).lang === lang,
      )
      return right.length / texts.length
    })
    const value = shares.reduce((a, b) => a + b, 0) / shares.length
    const name = `language of seven, without Hindi in Latin script${cut ? ', cut to 40' : ''}`
    out.push({ name, value, low: Math.min(...shares), high: Math.max(...shares), n: shares.length })
  }
  const recallOf = (texts: readonly string[]): number => {
    const answers = texts.map((text) => tone(classifier.classify({ text, kind: 'mention' }).sentiment))
    return measure(truth, answers, 3).macroRecall
  }
  const texts = mention.rows.map(({ text }) => text)
  for (const name of Object.keys(PERTURBATIONS)) {
    const { before, after } = perturbAll(texts, name)
    const change = Math.abs(recallOf(after) - recallOf(before))
    out.push({
      name: `error added to SemEval mRec by ${name}`,
      value: change,
      low: change,
      high: change,
      n: truth.length,
    })
  }
  const { share, n } = faithfulness(classifier, texts.slice(0, 500))
  out.push({ name: 'strongest word moves the score where it says', value: share, low: share, high: share, n })
  return out
}

/** A figure that falls more than this below the one kept with the models is a regression. */
const MAX_LOSS = 0.01

/** Figures that fell; the calibration error is better the lower it is. */
export function findRegressions(now: readonly Quality[], before: Readonly<Record<string, number>>): string[] {
  return now.flatMap(({ name, value }) => {
    const old = before[name]
    if (old === undefined) return []
    const loss = name.includes('error') ? value - old : old - value
    return loss > MAX_LOSS ? [`${name}: ${(value * 100).toFixed(1)}, was ${(old * 100).toFixed(1)}`] : []
  })
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: join(root, '../shared/data/classification') },
      models: { type: 'string', default: join(root, 'data/models') },
      keep: { type: 'boolean', default: false },
    },
  })
  const artefacts = loadArtefacts(values.models)
  const classifier = createClassifier(artefacts)
  const percent = (x: number): string => (x * 100).toFixed(1)
  const kept = join(values.models, 'quality.json')
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Record<string, number>) : {}
  console.log(
    `dev splits, ${classifier.version}, 95 % bootstrap intervals; in brackets the figure kept with the models`,
  )
  const decision = decodeBundle(artefacts['decision'] ?? new Uint8Array())
  const figures = [
    ...measureQuality(classifier, values.data),
    // Of answers by models and thresholds of the other folds, found when the intents were trained.
    ...(decision.meta['quality'] as Quality[]).map((one) => ({ ...one, name: `${one.name}, cross-validated` })),
  ]
  for (const { name, value, low, high, n, measures } of figures) {
    const old = before[name] === undefined ? '' : `  (${percent(before[name])})`
    console.log(`${name.padEnd(68)} ${percent(value)}  [${percent(low)}, ${percent(high)}]  n=${n}${old}`)
    if (measures)
      console.log(`    confusion (rows are the truth): ${measures.confusion.map((row) => row.join(' ')).join(' | ')}`)
  }
  const person = annotatorOnTypes(values.data, join(root, 'data/lexicons/labels.tsv'))
  console.log(`app-review type, of labels given by the definitions of the intents: ${percent(person.value)}`)
  console.log(`    bug, feature, neither by what was said: ${person.confusion.map((row) => row.join(' ')).join(' | ')}`)
  const rows = readSplit(values.data, 'semeval2017-4a', 'dev')
  const truth = rows.map((row) => SENTIMENTS.indexOf(row.label as (typeof SENTIMENTS)[number]))
  const systems = contenders(classifier, artefacts)
  const speeds = measureSpeeds(
    systems,
    rows.map(({ text }) => text),
    5,
  )
  console.log(
    '\nSentiment of posts in one run: mean recall on SemEval dev, posts a CPU-second, against natural and VADER',
  )
  for (const { name, answer } of systems) {
    const { macroRecall } = measure(
      truth,
      rows.map(({ text }) => answer(text)),
      3,
    )
    const [natural, vader] = [NATURAL, VADER].map((rival) => median(ratiosOf(speeds, name, rival)).toFixed(2))
    const speed = Math.round(median(speeds.get(name) ?? []))
    console.log(`${name.padEnd(68)} ${percent(macroRecall)}  ${speed}  ${natural}x  ${vader}x`)
  }
  if (values.keep) {
    const all = Object.fromEntries(figures.map(({ name, value }) => [name, Math.round(value * 1e4) / 1e4]))
    writeFileSync(kept, `${JSON.stringify(all, null, 2)}\n`)
  } else {
    const fallen = findRegressions(figures, before)
    for (const line of fallen) console.error(`worse than the figures kept with the models: ${line}`)
    if (fallen.length > 0) process.exitCode = 1
  }
}
