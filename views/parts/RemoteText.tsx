import type { FC } from 'hono/jsx'
import type { TextSpan } from '../model.ts'

/**
 * Text written by strangers: escaped, never interpreted by htmx (hx-ignore), in its own direction, links only where the
 * server found them and only to http and https.
 */
export const RemoteText: FC<{ spans: TextSpan[]; class?: string; lang?: string | undefined; block?: boolean }> = ({
  spans,
  lang,
  block,
  ...rest
}) => {
  const content = spans.map((span) => <Span span={span} />)
  const shared = { class: `remote ${rest.class ?? ''}`.trim(), dir: 'auto', ...(lang ? { lang } : {}), 'hx-ignore': '' }
  return block ? <div {...shared}>{content}</div> : <span {...shared}>{content}</span>
}

const Span: FC<{ span: TextSpan }> = ({ span }) => {
  const inner = span.mark ? <mark>{span.text}</mark> : <>{span.text}</>
  if (!span.href || !isWebLink(span.href)) return inner
  return (
    <a href={span.href} rel="noopener noreferrer nofollow ugc" target="_blank">
      {inner}
    </a>
  )
}

export function isWebLink(href: string): boolean {
  return /^https?:\/\//i.test(href)
}

/** For a plain string of a stranger: name, handle, bio, place. */
export const Plain: FC<{ text: string; class?: string }> = ({ text, ...rest }) => (
  <span dir="auto" hx-ignore="" {...rest}>
    {text}
  </span>
)
