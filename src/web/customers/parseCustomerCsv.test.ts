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

it('loses only the row with a broken quote, and names the line where each broken row begins', () => {
  const { rows, broken } = parseCustomerCsv(
    'name,notes\r\nAda,"two\r\nlines"\r\n,"nobody\r\nhere"\r\nBob,5" nails\r\n\r\nEve,fine\r\nMal,"never closed\r\nZoe,last\r\n',
  )
  expect(rows.map((row) => row.name)).toEqual(['Ada', 'Eve', 'Zoe'])
  expect(rows[0]?.notes).toBe('two\nlines')
  expect(broken.map(({ line }) => line)).toEqual([4, 6, 9])
  expect(broken[1]?.text).toBe('Bob,5" nails')
})

it('gives up on a file of broken quotes instead of reading it again for each line', () => {
  const { rows, broken } = parseCustomerCsv(`name\n${'x"\n'.repeat(5000)}`)
  expect([rows.length, broken.length]).toEqual([0, 101])
})

it('says so when it is no such file', () => {
  for (const text of ['', '\u0000\u0001', 'colour,size\nred,5'])
    expect(parseCustomerCsv(text), JSON.stringify(text)).toMatchObject({ rows: [], broken: [{ line: 1 }] })
})
