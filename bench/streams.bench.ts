import { firehoseFrame, jetstreamMessage, type NetworkOp } from '../test/helpers/fakeNetwork.ts'
import { frame } from '../test/helpers/socketServer.ts'
import { readFirehose, readJetstream, type Told } from '../connectors/bluesky/network.ts'
import { concernsUs } from '../connectors/bluesky/stream.ts'
import { createParser } from '../src/egress/socket.ts'
import { createMatcher } from '../src/query/matcher.ts'
import { parseQuery } from '../src/query/parse.ts'
import type { Listening } from '../src/work/examine.ts'
import { wantedBy } from '../src/work/listening.ts'
import { posts, queryMix } from './match.bench.ts'
import { cpuSeconds, median, spreadOf, type BenchContext, type Figure } from './measure.ts'

const queries = 1_000
/** Posts a second of all of Bluesky at its busiest (performance figures of 2026). */
const networkPeak = 36

/**
 * From the bytes of the line to the decision whether a post concerns us: frames, decoding, our account and words, 1,000
 * listening queries. A generated stream; the records are of the size of real ones.
 */
export async function run({
  rounds,
  full,
}: BenchContext): Promise<(Omit<Figure, 'goal'> & { goal: string | number })[]> {
  const ops = posts(full ? 20_000 : 5_000, 3).map((text, at): NetworkOp => ({
    kind: 'create',
    did: `did:plc:${(at % 977).toString(36).padStart(24, 'a')}`,
    rkey: `3l${at.toString(36).padStart(11, '2')}`,
    text,
    at: 1_795_000_000_000 + at * 28,
  }))
  const wants = wantedBy(listening(), 'bluesky')
  const jetstream = ops.map((op) => Buffer.from(jetstreamMessage(op)))
  const firehose = ops.map((op, at) => Buffer.from(firehoseFrame(op, at + 1)))
  const ways = [
    {
      name: 'jetstream',
      bytes: Buffer.concat(jetstream.map((one) => frame(1, one))),
      read: (one: Buffer) => readJetstream(one.toString()),
    },
    {
      name: 'firehose',
      bytes: Buffer.concat(firehose.map((one) => frame(2, one))),
      read: (one: Buffer) => readFirehose(one),
    },
  ]
  const figures: (Omit<Figure, 'goal'> & { goal: string | number })[] = []
  for (const { name, bytes, read } of ways) {
    const rates: number[] = []
    let found = 0
    // The first round is for the compiler.
    for (let round = 0; round <= rounds; round++) {
      const seconds = await cpuSeconds(() => void (found = decide(bytes, read, wants)))
      if (round > 0) rates.push(ops.length / seconds)
    }
    if (found === 0 || found === ops.length) throw new Error(`the filter decides nothing: ${found} of ${ops.length}`)
    const value = median(rates)
    figures.push({
      name: `${name}: decode and match`,
      value,
      unit: 'posts/CPU-s',
      against: `one core, ${queries} queries, ${found} of ${ops.length} wanted`,
      goal: `>= ${networkPeak * 100}`,
      pass: value >= networkPeak * 100,
      rounds: rates.length,
      spread: spreadOf(rates),
    })
  }
  return figures
}

function decide(bytes: Buffer, read: (one: Buffer) => Told, wants: ReturnType<typeof wantedBy>): number {
  const parser = createParser({ host: 'bench', maxMessageBytes: 5_000_000 })
  let found = 0
  for (let at = 0; at < bytes.length; at += 65_536)
    for (const { payload } of parser.push(bytes.subarray(at, at + 65_536)))
      for (const event of read(payload).events)
        if (concernsUs(event, 'did:plc:brandbrandbrandbrandbrand', ['tamsel'], wants)) found++
  return found
}

function listening(): Listening {
  const matcher = createMatcher()
  const byId: Listening['byId'] = new Map()
  for (const [index, text] of queryMix(queries, 5).entries()) {
    const parsed = parseQuery(text)
    if (!parsed.ok) throw new Error(`the query mix has a query that is none: ${text}`)
    const id = String(index)
    matcher.add(id, parsed.query)
    byId.set(id, { row: { seq: index } as never, query: parsed.query })
  }
  return { matcher, byId }
}
