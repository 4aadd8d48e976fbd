import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inbox, thread } from '../../test/browser/fixtures/inbox.ts'
import * as models from '../../test/browser/fixtures/pages.ts'
import { now, shell, view } from '../../test/browser/fixtures/shell.ts'
import { previewPages } from '../../test/browser/pages.tsx'
import { sharedPath } from '../../test/helpers/shared.ts'
import { Layout } from '../layout.tsx'
import { LineDays } from '../parts/charts/LineDays.tsx'
import { StackedDays } from '../parts/charts/StackedDays.tsx'
import { render, renderPartial } from '../render.tsx'
import { CustomerPage } from './Customer.tsx'
import { CustomersPage, ImportPage } from './Customers.tsx'
import { InboxPage } from './Inbox.tsx'
import { QueryFormPage } from './Queries.tsx'
import { SourcePage } from './Source.tsx'
import { SourceFormPage, SourcesPage } from './Sources.tsx'

const text = (html: string) =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'")

describe('every page', () => {
  test.each(previewPages().map((page) => [page.name, page.content] as const))(
    '%s keeps to the policy and names everything',
    (_, content) => {
      const html = render(view, content)
      expect(html).toMatch(/^<!doctype html><html lang="en"/)
      expect(html.match(/<h1[ >]/g)).toHaveLength(1)
      expect(html).not.toMatch(/ style="| on[a-z]+="|<style|hx-on|js:/)
      expect(html).not.toMatch(/<script(?! src="\/assets\/)/)
      expect(html).not.toMatch(/\b(undefined|NaN|Invalid Date|\[object Object\])\b/)
      expect(unlabelled(html)).toEqual([])
      expect(duplicateIds(html)).toEqual([])
    },
  )

  test('a POST form carries the token, a GET form does not', () => {
    for (const { content } of previewPages()) {
      for (const form of render(view, content).match(/<form.*?<\/form>/gs) ?? []) {
        expect(form.includes('name="_csrf" value="c5rf"'), form).toBe(form.includes('method="post"'))
      }
    }
  })
})

describe('inbox', () => {
  const html = render(view, <InboxPage model={{ ...inbox, thread }} />)

  test('a row says who, where, what, how it feels and how much time is left', () => {
    const row = text(/<li class="row[^"]*" id="row-t2".*?<\/li>/s.exec(html)?.[0] ?? '')
    for (const part of [
      'Anna-Katharina',
      'App Store',
      'Sync broke',
      '2 of 5 stars',
      'Negative, unsure',
      'Bug report',
      '12m left',
    ])
      expect(row).toContain(part)
  })

  test('the clock turns to "over" at the deadline and gives its reason', () => {
    const at = (time: number) => text(render({ ...view, now: time }, <InboxPage model={inbox} />))
    expect(at(now)).toContain('12m left')
    expect(at(now + 13 * 60_000)).toContain('1m over')
    expect(html).toContain('The target is 2h')
  })

  test('links keep the filters, so that the list beside the thread stays', () => {
    expect(html).toContain('href="/threads/t2?view=unanswered"')
  })

  test('a broken search shows the place, and everything else stays usable', () => {
    const broken = {
      ...inbox,
      filters: { q: 'a AND (' },
      queryError: { message: 'This parenthesis is never closed.', position: 6 },
    }
    expect(render(view, <InboxPage model={broken} />)).toContain('a AND (\n      ^')
  })
})

describe('thread', () => {
  const of = (state: 'rejected' | 'needs_person' | 'sent') =>
    text(
      render(
        view,
        <InboxPage
          model={{
            ...inbox,
            thread: {
              ...thread,
              items: [
                {
                  type: 'reply',
                  id: 'r',
                  account: 'us',
                  at: now,
                  text: [{ text: 'Hello' }],
                  state,
                  reason: 'Too many links',
                  attempts: 5,
                  sentAt: now,
                  can: state === 'sent' ? [] : ['edit', 'send_again'],
                },
              ],
            },
          }}
        />,
      ),
    )

  test('a rejected reply says why, that the text is kept and what to do', () => {
    expect(of('rejected')).toMatch(/Rejected .*Too many links .*text is kept.*Edit .*Send again/)
  })

  test('an uncertain reply asks for a decision and a sent one for nothing', () => {
    expect(of('needs_person')).toContain('sent 5 times without being sure')
    expect(of('sent')).not.toContain('Send again')
  })

  test('the composer has the limits, the revision and one id for the reply', () => {
    const html = render(view, <InboxPage model={{ ...inbox, thread }} />)
    expect(html).toContain('name="revision" value="7"')
    expect(html).toContain('name="replyId" value="0193a1"')
    expect(html).toContain('graphemes')
  })

  test('an answer of a colleague is shown and the text kept', () => {
    const composer = { ...thread.composer, draft: 'My words', conflict: { by: 'Jonas', at: now, text: 'His words' } }
    const html = text(
      render(view, <InboxPage model={{ ...inbox, thread: { ...thread, composer } as typeof thread }} />),
    )
    expect(html).toMatch(/Jonas answered while you were writing.*His words.*My words/)
  })
})

describe('forms', () => {
  test('an error stands beside its field and in the summary, which links to it', () => {
    const html = render(view, <SourceFormPage model={models.sourceForm} />)
    expect(html).toContain('href="#f-password"')
    expect(html).toMatch(/id="f-password"[^>]*aria-describedby="f-password-help f-password-error"/)
  })

  test('a secret is never written into the page', () => {
    const fields = [
      {
        key: 'token',
        title: 'Token',
        help: 'Help',
        type: 'text' as const,
        secret: true,
        required: true,
        value: 'hunter2',
        kept: true,
      },
    ]
    expect(render(view, <SourceFormPage model={{ ...models.sourceForm, fields }} />)).not.toContain('hunter2')
  })

  test('an import lists the lines that were left out', () => {
    expect(text(render(view, <ImportPage model={models.imported} />))).toMatch(
      /418 new, 21 updated.*2 lines were left out.*203/,
    )
  })
})

test('the labels of a chart stand apart where their values meet', () => {
  const days = [{ day: '2026-01-05', median: 68, p90: 68, n: 1, href: '/inbox' }]
  const html = render(view, <LineDays days={days} title="First response" />)
  const heights = [...html.matchAll(/chart-label-strong" x="[\d.]+" aria-hidden="true" y="([\d.]+)"/g)].map((one) =>
    Number(one[1]),
  )
  expect(heights).toHaveLength(2)
  expect(Math.abs((heights[0] ?? 0) - (heights[1] ?? 0))).toBeGreaterThanOrEqual(15)
})

test('a partial names its target and swap', () => {
  expect(renderPartial(view, '#x', <b>1</b>)).toBe(
    '<hx-partial hx-target="#x" hx-swap="outerMorph"><b>1</b></hx-partial>',
  )
})

describe('hostile text', () => {
  const strings = [
    ...corpus('corpora/xss/strings.txt'),
    ...corpus('corpora/blns/blns.json'),
    '"><img src=x onerror=alert(1)>',
    "' hx-get='/x'",
  ]

  test('there is something to try', () => {
    expect(strings.length).toBeGreaterThan(1)
  })

  test('is escaped in every remote field', () => {
    const clean = tagsOf(everywhere('plain'))
    // Fifty at a time: each string ends with a line break, so that none can hide behind its neighbour.
    for (let at = 0; at < strings.length; at += 50) {
      const some = strings.slice(at, at + 50).join('\n')
      expect(tagsOf(everywhere(some)) === clean, some).toBe(true)
    }
  })

  test('stands inside hx-ignore and its links go to the web only', () => {
    const author = { name: 'MARKER', handle: 'MARKER', bio: 'MARKER', location: 'MARKER' }
    const text = [{ text: 'MARKER', mark: true }, { text: 'MARKER' }]
    const rows = inbox.rows.map((row) => ({ ...row, author, title: 'MARKER', excerpt: text }))
    const items = thread.items.flatMap((item) =>
      item.type === 'mention' ? [{ ...item, author, title: 'MARKER', text, about: 'MARKER' }] : [],
    )
    const html = render(
      view,
      <InboxPage
        model={{
          ...inbox,
          rows,
          thread: { ...thread, title: 'MARKER', items, customer: { ...thread.customer, author } },
        }}
      />,
    )
    const homes = homesOf(html, 'MARKER')
    expect(homes.length).toBeGreaterThan(20)
    expect(homes.filter((home) => !home.includes('hx-ignore'))).toEqual([])
    const spans = [{ text: 'click', href: 'javascript:alert(1)' }]
    const item = { ...thread.items[0], text: spans, url: 'javascript:alert(2)' } as (typeof thread.items)[number]
    const shown = render(
      view,
      <InboxPage model={{ ...inbox, thread: { ...thread, url: 'javascript:alert(3)', items: [item] } }} />,
    )
    expect(shown).not.toContain('javascript:')
  })
})

/** The same nasty string as author, text, title, customer, evidence, error and raw record. */
function everywhere(nasty: string): string {
  const author = {
    name: nasty,
    handle: nasty,
    bio: nasty,
    location: nasty,
    url: `https://a.example/${nasty}`,
    avatarUrl: `//evil.example/${nasty}`,
  }
  const spans = [
    { text: nasty, mark: true },
    { text: nasty, href: `https://a.example/?${nasty}` },
  ]
  const rows = inbox.rows
    .slice(0, 1)
    .map((row) => ({ ...row, author, title: nasty, excerpt: spans, tags: [nasty], customer: nasty }))
  const items = thread.items.map((item) =>
    item.type === 'mention'
      ? { ...item, author, title: nasty, text: spans, about: nasty }
      : item.type === 'note'
        ? { ...item, text: nasty }
        : item,
  )
  const opened = { ...thread, title: nasty, items, customer: { ...thread.customer, author } }
  const customer = {
    ...models.customer,
    name: nasty,
    company: nasty,
    notes: nasty,
    touchpoints: models.customer.touchpoints.map((one) => ({ ...one, text: nasty })),
  }
  return [
    <Layout
      shell={{
        ...shell,
        workspace: nasty,
        search: nasty,
        user: { id: '1', name: nasty },
        flash: [{ tone: 'bad', text: nasty }],
      }}
      title={nasty}
    >
      <InboxPage model={{ ...inbox, rows, thread: opened }} />
    </Layout>,
    <CustomerPage model={customer} />,
    <CustomersPage
      model={{
        ...models.customers,
        customers: models.customers.customers.map((one) => ({ ...one, name: nasty, company: nasty })),
      }}
    />,
    <ImportPage
      model={{
        ...models.imported,
        result: {
          file: nasty,
          created: 1,
          updated: 1,
          unchanged: 1,
          broken: [{ line: 1, text: nasty, error: nasty }],
          moreBroken: 0,
        },
      }}
    />,
    <SourcePage
      model={{ ...models.sourceModel, name: nasty, quarantine: [{ id: '1', at: now, error: nasty, raw: nasty }] }}
    />,
    <SourcesPage
      model={{ sources: models.sourcesModel.sources.map((one) => ({ ...one, name: nasty, error: nasty })) }}
    />,
    <QueryFormPage
      model={{
        ...models.queryForm,
        query: nasty,
        versions: [
          { version: 2, query: nasty, at: now, by: nasty },
          { version: 1, query: nasty, at: now },
        ],
        preview: {
          ...models.queryForm.preview,
          query: nasty,
          formatted: nasty,
          explanation: { term: nasty, means: nasty, children: [], more: 0 },
          reach: models.queryForm.preview.reach.map((one) => ({
            ...one,
            searches: [nasty],
            risks: [{ term: nasty, reason: nasty }],
          })),
          samples: models.queryForm.preview.samples.map((one) => ({ ...one, author, excerpt: spans })),
        },
      }}
    />,
  ]
    .map((page) => render(view, page))
    .join('\n')
}

/** The elements and attribute names of a page, without their values: what a parser would build from it. */
function tagsOf(html: string): string {
  return (html.match(/<\/?[a-z][^\s>]*(?:\s+[^\s"=>]+(?:="[^"]*")?)*\s*\/?>/gi) ?? [])
    .map((tag) => tag.replaceAll(/="[^"]*"/g, '').replace(/\s+/g, ' '))
    .join(' ')
}

/** The open elements around each text that contains `word`. */
function homesOf(html: string, word: string): string[] {
  const open: string[] = []
  const homes: string[] = []
  for (const [piece] of html.matchAll(/<[^>]*>|[^<]+/g)) {
    if (piece.startsWith('</')) open.pop()
    else if (!piece.startsWith('<')) {
      if (piece.includes(word)) homes.push(open.join(''))
    } else if (!piece.endsWith('/>') && !/^<(input|img|meta|link|br|!)/.test(piece)) open.push(piece)
  }
  return homes
}

function corpus(path: string): string[] {
  const file = sharedPath(path)
  if (!file) {
    process.stderr.write(`NOT RUN: ${path} is not here, so its strings were not tried.\n`)
    return []
  }
  const content = readFileSync(file, 'utf8')
  return path.endsWith('.json') ? (JSON.parse(content) as string[]) : content.split('\n').filter(Boolean)
}

/** Visible controls without a label, an aria-label or a wrapping label. */
function unlabelled(html: string): string[] {
  const controls = html.match(/<(input|select|textarea)\b[^>]*>/g) ?? []
  return controls.filter((control) => {
    if (/type="(hidden|radio)"|aria-label=/.test(control)) return false
    const id = / id="([^"]+)"/.exec(control)?.[1]
    return !id || !html.includes(`for="${id}"`)
  })
}

function duplicateIds(html: string): string[] {
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((found) => found[1] ?? '')
  return ids.filter((id, index) => ids.indexOf(id) !== index)
}

/** How large app.css makes the labels of a chart on a phone, in units of the chart. */
test.each([
  [
    'volume',
    20,
    <StackedDays
      title="Volume"
      days={[
        {
          day: '2026-01-01',
          negative: 900,
          neutral: 0,
          positive: 300,
          mixed: 0,
          unsure: 0,
          unclassified: 0,
          covered: 1,
          href: '/',
        },
      ]}
    />,
  ],
  [
    'responses',
    15,
    <LineDays title="Responses" days={[{ day: '2026-01-01', median: 600, p90: 81_000, n: 3, href: '/' }]} />,
  ],
])('the axis of %s is not cut off where labels are large', (_, size, chart) => {
  const labels = [
    ...render(view, chart).matchAll(
      /<text class="chart-label" x="([\d.]+)" y="([\d.]+)" text-anchor="end"[^>]*>([^<]+)</g,
    ),
  ]
  expect(labels).toHaveLength(3)
  for (const [, x, y, label] of labels) {
    expect(Number(y) - size, label).toBeGreaterThanOrEqual(0)
    expect(Number(x) - (label ?? '').length * size * 0.58, label).toBeGreaterThanOrEqual(0)
  }
})
