import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { describeFields, parseConfigFields, parseForm } from './form.ts'

const schema = z.object({
  server: z.url().meta({ title: 'Server', help: 'Its address.', placeholder: 'https://…' }),
  token: z
    .string()
    .min(5, 'A token has at least 5 characters.')
    .meta({ title: 'Token', help: 'A token.', secret: true }),
  app: z.string().optional().meta({ title: 'App', help: 'Optional.' }),
  count: z.number().int().min(1).max(100).default(20).meta({ title: 'Count', help: 'How many.' }),
  replies: z.boolean().default(true).meta({ title: 'Replies', help: 'Also replies.' }),
  order: z
    .enum(['new', 'top'])
    .default('new')
    .meta({ title: 'Order', help: 'Which first.', options: { new: 'Newest', top: 'Best' } }),
  tags: z.array(z.string().min(1)).default(['one', 'two']).meta({ title: 'Tags', help: 'One a line.' }),
  note: z.string().default('').meta({ title: 'Note', help: 'Free.', multiline: true }),
  clean: z
    .string()
    .transform((text) => text.trim())
    .pipe(z.string().max(3))
    .optional()
    .meta({ title: 'Clean', help: 'x' }),
})

describe('describeFields', () => {
  it('turns a schema into plain fields', () => {
    const base = { secret: false, required: false }
    expect(describeFields(schema)).toEqual([
      {
        ...base,
        key: 'server',
        title: 'Server',
        help: 'Its address.',
        type: 'url',
        required: true,
        placeholder: 'https://…',
      },
      { ...base, key: 'token', title: 'Token', help: 'A token.', type: 'text', secret: true, required: true },
      { ...base, key: 'app', title: 'App', help: 'Optional.', type: 'text' },
      { ...base, key: 'count', title: 'Count', help: 'How many.', type: 'number', default: '20' },
      { ...base, key: 'replies', title: 'Replies', help: 'Also replies.', type: 'checkbox', default: true },
      {
        ...base,
        key: 'order',
        title: 'Order',
        help: 'Which first.',
        type: 'select',
        default: 'new',
        options: [
          { value: 'new', title: 'Newest' },
          { value: 'top', title: 'Best' },
        ],
      },
      { ...base, key: 'tags', title: 'Tags', help: 'One a line.', type: 'list', default: 'one\ntwo' },
      { ...base, key: 'note', title: 'Note', help: 'Free.', type: 'textarea', default: '' },
      { ...base, key: 'clean', title: 'Clean', help: 'x', type: 'text' },
    ])
  })

  it('keeps what was said before optional, default and nullable', () => {
    const wrapped = z.object({
      a: z.string().meta({ title: 'A', help: 'a', secret: true }).optional(),
      b: z.string().meta({ title: 'B', help: 'b', secret: true }).default('x'),
      c: z.url().meta({ title: 'C', help: 'c', secret: true }).nullable(),
    })
    expect(describeFields(wrapped).map(({ title, secret }) => [title, secret])).toEqual([
      ['A', true],
      ['B', true],
      ['C', true],
    ])
  })

  it('sees through refinements and transforms of the whole, and unions of literals', () => {
    const refined = z
      .object({ mode: z.union([z.literal('a'), z.literal('b')]).meta({ title: 'Mode', help: 'm' }) })
      .refine(() => true)
      .transform((value) => value)
    expect(describeFields(refined)[0]).toMatchObject({
      key: 'mode',
      type: 'select',
      options: [{ value: 'a' }, { value: 'b' }],
    })
  })
})

describe('parseForm', () => {
  const form = (values: Record<string, string | string[]>) => {
    const data = new FormData()
    for (const [key, value] of Object.entries(values)) for (const one of [value].flat()) data.append(key, one)
    return data
  }

  it('splits secrets from the rest and applies defaults', () => {
    expect(
      parseForm(schema, form({ server: 'https://a.example', token: 'abcdef', replies: 'on', tags: 'x\n y ,z' })),
    ).toEqual({
      ok: true,
      config: { server: 'https://a.example', count: 20, replies: true, order: 'new', tags: ['x', 'y', 'z'], note: '' },
      secrets: { token: 'abcdef' },
    })
  })

  it('reads an unticked box as no', () => {
    expect(parseForm(schema, form({ server: 'https://a.example', token: 'abcdef' }))).toMatchObject({
      config: { replies: false },
    })
  })

  it('keeps a secret that was left empty', () => {
    const answer = parseForm(schema, form({ server: 'https://a.example', token: '' }), { token: 'saved-one' })
    expect(answer).toMatchObject({ ok: true, secrets: { token: 'saved-one' } })
  })

  it('says at which field something is wrong', () => {
    const answer = parseForm(schema, form({ server: 'nonsense', token: 'abc', count: 'many', order: 'random' }))
    expect(answer).toMatchObject({ ok: false, errors: { token: 'A token has at least 5 characters.' } })
    expect(Object.keys(answer.ok ? {} : answer.errors).sort()).toEqual(['count', 'order', 'server', 'token'])
    expect(parseForm(schema, form({}))).toMatchObject({
      errors: { server: 'This is needed.', token: 'This is needed.' },
    })
  })

  it('puts errors of the whole under the empty key', () => {
    const both = z.object({ a: z.string().optional() }).refine(({ a }) => a !== undefined, 'Fill in something.')
    expect(parseConfigFields(both, {})).toEqual({ ok: false, errors: { '': 'Fill in something.' } })
  })

  it('ignores fields that nobody asked for', () => {
    const answer = parseForm(
      schema,
      form({ server: 'https://a.example', token: 'abcdef', admin: 'true', __proto__: 'x' }),
    )
    expect(answer.ok && Object.keys(answer.config)).not.toContain('admin')
  })
})
