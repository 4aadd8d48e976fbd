import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startFakeModelServer, type FakeModelServer, type ModelFault } from '../../test/helpers/fakeModelServer.ts'
import { root } from '../../test/helpers/root.ts'
import { createEgress } from '../egress/egress.ts'
import { openProvider } from './open.ts'
import { onnxProvider } from './onnx.ts'
import { asked } from './prompt.ts'
import { ProviderError, readOpinion } from './provider.ts'
import { createWordPiece } from './wordPiece.ts'

const limits = { threshold: 0.6, dailyTexts: 10, timeoutSeconds: 1 }
let server: FakeModelServer
const egress = createEgress({ allowPrivate: ['127.0.0.1'], userAgent: 'test' })
const never = new AbortController().signal

beforeAll(async () => void (server = await startFakeModelServer()))
afterAll(async () => {
  await server.close()
  await egress.close()
})
beforeEach(() => void server.plan.splice(0))

const open = (kind: 'openai' | 'ollama', key?: string) => {
  const baseUrl = kind === 'openai' ? `${server.url}/v1` : server.url
  return openProvider({ kind, baseUrl, model: 'small', ...limits }, egress.fetch, key)
}

describe.each(['openai', 'ollama'] as const)('%s', (kind) => {
  it('asks with the text as data and reads the labels, whatever stands around them', async () => {
    const provider = await open(kind, 'k-123')
    server.plan.push('ok', 'fenced', 'chatter')
    for (let n = 0; n < 3; n++) {
      expect(await provider.judge('this is bad', never)).toEqual({
        sentiment: 'negative',
        confidence: 0.9,
        intents: ['complaint'],
      })
    }
    expect(server.asked.at(-1)).toMatchObject({
      path: kind === 'openai' ? '/v1/chat/completions' : '/api/chat',
      text: 'this is bad',
      authorization: 'Bearer k-123',
      body: { model: 'small' },
    })
    expect(provider.model).toBe(`${kind}:small`)
  })

  it('translates into the language it is told, and says nothing where no translation comes back', async () => {
    const provider = await open(kind)
    expect(await provider.translate?.('das ist gut', 'English', never)).toBe('In other words: das ist gut')
    expect(JSON.stringify(server.asked.at(-1)?.body)).toContain('into English')
    server.plan.push('no json')
    expect(await provider.translate?.('das ist gut', 'English', never)).toBeUndefined()
    server.plan.push(500)
    await expect(provider.translate?.('das ist gut', 'English', never)).rejects.toThrow(ProviderError)
  })

  it('says nothing rather than something wrong when no known label comes back', async () => {
    const provider = await open(kind)
    server.plan.push('other label', 'no json')
    expect(await provider.judge('good', never)).toBeUndefined()
    expect(await provider.judge('good', never)).toBeUndefined()
  })

  it.each<[ModelFault, string | RegExp, boolean]>([
    ['half body', /127\.0\.0\.1/, false],
    ['hang up', /127\.0\.0\.1/, false],
    ['silence', /within 1 s/, false],
    ['huge', /large|bytes|MB/, false],
    ['html', /not JSON/, false],
    ['redirect', /redirects a write/, false],
    [401, /refuses the API key/, true],
    [404, /neither this address nor the model small/, true],
    [429, /answered 429/, false],
    [500, /answered 500/, false],
  ])('names the failure "%s"', async (fault, message, permanent) => {
    const provider = await open(kind)
    server.plan.push(fault)
    const error = await provider.judge('good', never).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ProviderError)
    expect(error).toMatchObject({ message: expect.stringMatching(message), permanent })
    const wait = ((error as ProviderError).retryAt ?? 0) - Date.now()
    expect(wait > 100_000 && wait <= 120_000).toBe(fault === 429)
  })
})

it('reaches no private address unless that is allowed', async () => {
  const strict = createEgress({ allowPrivate: false, userAgent: 'test' })
  const before = server.asked.length
  const provider = await openProvider(
    { kind: 'ollama', baseUrl: server.url, model: 'small', ...limits },
    strict.fetch,
    undefined,
  )
  await expect(provider.judge('good', never)).rejects.toMatchObject({ permanent: true })
  expect(server.asked).toHaveLength(before)
  await strict.close()
})

it('reads opinions strictly and forgives only what is harmless', () => {
  expect(readOpinion({ sentiment: ' Positive ', confidence: 'high', intents: 7 })).toEqual({
    sentiment: 'positive',
    confidence: 0.8,
  })
  expect(readOpinion({ sentiment: 'neutral', confidence: 0.7, intents: ['other', 'Praise'] })?.intents).toEqual([
    'praise',
  ])
  for (const bad of [null, 3, 'negative', {}, { sentiment: 'bad' }, []]) expect(readOpinion(bad)).toBeUndefined()
})

it('cuts long texts in the middle and keeps them well-formed', () => {
  const cut = asked(`${'a'.repeat(3000)}😀${'b'.repeat(3000)}`, 3001 * 2)
  expect(cut.length).toBeLessThanOrEqual(3001 * 2 + 1)
  expect(asked('x😀'.repeat(5000)).isWellFormed()).toBe(true)
  expect(asked('short')).toBe('short')
})

it('splits words into pieces as BERT does', () => {
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'un', '##aff', '##able', 'the', '!', 'e', '##t']
  const encode = createWordPiece(pieces, { lowerCase: true, maxLength: 8 }).encode
  expect(encode('The unaffable!')).toEqual([2, 7, 4, 5, 6, 8, 3])
  expect(encode('ét xyz')).toEqual([2, 9, 10, 1, 3])
  expect(encode('the '.repeat(50))).toHaveLength(8)
})

const hasRuntime = await import('onnxruntime-node' as string).then(
  () => true,
  () => false,
)
if (!hasRuntime)
  process.stderr.write('onnxruntime-node is not installed (an optional peer): ONNX models were not run.\n')

it.skipIf(!hasRuntime)('judges by an ONNX model: summed piece weights, made for this test', async () => {
  const provider = await onnxProvider(join(root, 'test/fixtures/onnx'))
  expect(await provider.judge('The GOOD good', never)).toMatchObject({ sentiment: 'positive' })
  expect(await provider.judge('bad the', never)).toMatchObject({ sentiment: 'negative' })
  expect(provider.model).toBe('onnx:onnx')
  await provider.close?.()
})

it('says what is missing of an ONNX model', async () => {
  await expect(onnxProvider('/no/such/folder')).rejects.toMatchObject({
    permanent: true,
    message: expect.stringContaining('does not exist'),
  })
})
