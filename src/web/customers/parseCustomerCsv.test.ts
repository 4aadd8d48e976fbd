import { expect, it } from 'vitest'
import { parseCustomerCsv } from './parseCustomerCsv.ts'

it('reads the columns of several programs and keeps what it does not know', () => {
  const { rows, broken } = parseCustomerCsv(
    '\uFEFFFirst Name;Last Name;Email;Company Domain Name;Twitter handle;Record ID;Shoe size\r\nAda;Lovelace;ada@example.com;acme.example;@ada;7;38\r\n',
  )
  expect(broken).toEqual([])
  expect(rows).toEqual([
    expect.objectContaining({
      name: 'Ada Lovelace',
      externalRef: '7',
      custom: { 'Shoe size': '38' },
      identities: [
        { kind: 'email', platform: '', value: 'ada@example.com' },
        { kind: 'domain', platform: '', value: 'acme.example' },
        { kind: 'handle', platform: 'x', value: '@ada' },
      ],
    }),
  ])
})

it('leaves out broken lines by number and keeps the others', () => {
  const { rows, broken } = parseCustomerCsv(
    'name,email\nAda,ada@example.com\n,b@example.com\nBob,nonsense\n"C, Inc",c@example.com\n',
  )
  expect(rows.map((row) => row.name)).toEqual(['Ada', 'C, Inc'])
  expect(broken.map(({ line, text }) => [line, text])).toEqual([
    [3, ',b@example.com'],
    [4, 'Bob,nonsense'],
  ])
})

it('says so when it is no such file', () => {
  for (const text of ['', '\u0000\u0001', 'colour,size\nred,5', 'name,email\n"never closed,a@b.c\n'])
    expect(parseCustomerCsv(text), JSON.stringify(text)).toMatchObject({ rows: [], broken: [{ line: 1 }] })
})
