import type { Child } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { View } from '../../views/context.tsx'
import { Layout, PlainLayout } from '../../views/layout.tsx'
import type { Section } from '../../views/model.ts'
import { ErrorPage, type ErrorModel } from '../../views/pages/ErrorPage.tsx'
import { render, renderPartial } from '../../views/render.tsx'
import { may } from '../domain/permissions.ts'
import { en } from '../i18n/en.ts'
import { maskToken } from './csrfToken.ts'
import { loadShell } from './shell.ts'
import { isHtmx, wantsPart, type Ctx } from './web.ts'

export interface Answer {
  title: string
  section?: Section
  /** Inside the frame of a signed-in page. */
  page: () => Child
  /** What htmx's target shows; absent: the page itself. */
  part?: () => Child
  /** Other regions that the same answer changes. */
  also?: { target: string; content: () => Child; swap?: string }[]
  status?: ContentfulStatusCode
  wide?: boolean
  /** Seconds until a browser without JavaScript asks again. */
  refresh?: number
}

/** A whole document, or the part and its companions where htmx asks for a part. */
export async function respond(c: Ctx, answer: Answer): Promise<Response> {
  const view = viewOf(c)
  if (wantsPart(c)) {
    const html = renderParts(view, (answer.part ?? answer.page)(), answer.also ?? [])
    return c.html(html, answer.status ?? 200)
  }
  const shell = await loadShell(c, answer.section ?? 'none')
  const html = render(
    view,
    <Layout shell={shell} title={answer.title} wide={answer.wide} refresh={answer.refresh}>
      {answer.page()}
    </Layout>,
  )
  return c.html(html, answer.status ?? 200)
}

function renderParts(view: View, main: Child, also: NonNullable<Answer['also']>): string {
  const others = also.map(({ target, content, swap }) => renderPartial(view, target, content(), swap))
  return render(view, main) + others.join('')
}

/** Pages outside the frame: sign in, first visit, invitations, welcome. */
export function respondPlain(
  c: Ctx,
  answer: { title: string; page: () => Child; status?: ContentfulStatusCode; wide?: boolean; refresh?: number },
): Response {
  const view = viewOf(c)
  const theme = c.get('viewer')?.user.theme
  const html = render(
    view,
    <PlainLayout
      title={answer.title}
      {...(theme ? { theme } : {})}
      {...(answer.wide ? { wide: true } : {})}
      {...(answer.refresh === undefined ? {} : { refresh: answer.refresh })}
    >
      {answer.page()}
    </PlainLayout>,
  )
  return c.html(html, answer.status ?? 200)
}

/** A part alone: rows and conversations that the script asks for. */
export function respondPart(c: Ctx, content: Child, also: NonNullable<Answer['also']> = []): Response {
  return c.html(renderParts(viewOf(c), content, also))
}

/** After a change: another page, for browsers of both kinds. Only paths of ours. */
export function goTo(c: Ctx, path: string): Response {
  const safe = localPath(path)
  if (!isHtmx(c)) return c.redirect(safe, 303)
  c.header('HX-Redirect', safe)
  return c.body(null, 204)
}

/** `//evil.example` and `/\evil.example` are addresses of other hosts to a browser. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(path) ? path : '/'
}

export function viewOf(c: Ctx): View {
  const viewer = c.get('viewer')
  const now = c.get('web').clock.now()
  if (!viewer) return { t: en, locale: 'en', zone: 'UTC', now }
  const { locale, timeZone: zone, role } = viewer.user
  return { t: en, locale, zone, now, csrf: maskToken(viewer.csrf), mayAudit: may(role, 'audit') }
}

/** What happened, what was kept, what to do: as a page, or inside the region that failed. */
export async function respondError(c: Ctx, kind: ErrorModel['kind'], status: ContentfulStatusCode, reference?: string) {
  const model = { kind, ...(reference ? { reference } : {}) }
  const title = viewOf(c).t.failure[kind].title
  if (wantsPart(c)) return c.html(render(viewOf(c), <ErrorPage model={model} />), status)
  return respondPlain(c, { title, status, page: () => <ErrorPage model={model} /> })
}
