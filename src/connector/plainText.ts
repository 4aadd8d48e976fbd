import { decodeHTML, decodeHTMLAttribute } from 'entities'

/**
 * Turns remote HTML into the plain text that Earshot keeps. Block elements become line breaks, list items get a dash,
 * scripts, styles and other invisible elements are dropped, entities are decoded, links that the platform shortened
 * ("https://exam…") get their full address back. Never throws; one pass, linear in the length of the input.
 */
export function plainText(html: string): string {
  const out = new TextWriter()
  const scanner = new TagScanner(html)
  let link: { href: string; from: number } | undefined
  let preDepth = 0
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    if (open < 0) {
      out.text(decodeHTML(html.slice(at)), preDepth > 0)
      break
    }
    if (open > at) out.text(decodeHTML(html.slice(at, open)), preDepth > 0)
    const tag = scanner.read(open)
    if (!tag) {
      out.text('<', preDepth > 0)
      at = open + 1
      continue
    }
    at = tag.end
    if (!tag.name) continue
    if (dropped.has(tag.name) && !tag.closing) at = scanner.skipElement(tag.name, tag.end)
    else if (tag.name === 'a') {
      if (link && tag.closing) out.lengthen(link)
      link = tag.closing ? undefined : { href: hrefOf(html.slice(open, tag.end)), from: out.mark() }
    } else if (tag.name === 'br') out.line()
    else if (tag.name === 'pre') {
      preDepth = Math.max(0, preDepth + (tag.closing ? -1 : 1))
      out.paragraph()
    } else if (tag.name === 'li' && !tag.closing) out.item()
    else if (paragraphs.has(tag.name)) out.paragraph()
    else if (lines.has(tag.name)) out.line(false)
    else if (tag.name === 'td' || tag.name === 'th') out.text(' ', false)
  }
  return cleanText(out.toString())
}

/** What no text may contain: NUL (PostgreSQL cannot store it) and lone surrogates (not encodable as UTF-8). */
export function cleanText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll('\r\n', '\n').replaceAll('\u0000', '').toWellFormed()
}

const dropped = new Set('script style template iframe noembed noframes svg math head title object'.split(' '))
const paragraphs = new Set('p blockquote ul ol dl table h1 h2 h3 h4 h5 h6 figure hr'.split(' '))
const lines = new Set(
  'div li tr dt dd section article header footer aside main nav address figcaption form fieldset caption'.split(' '),
)

/** Finds the end of a tag. Quotes that are never closed are ignored from then on, so that the scan stays linear. */
class TagScanner {
  private readonly html: string
  private quotesBroken = false
  constructor(html: string) {
    this.html = html
  }

  /** The tag, comment or declaration at `open`; undefined when the "<" is just a character. */
  read(open: number): { name: string; closing: boolean; end: number } | undefined {
    const { html } = this
    const next = html.charCodeAt(open + 1)
    if (html.startsWith('<!--', open)) return { name: '', closing: false, end: endOf(html, '-->', open + 4) }
    if (html.startsWith('<![CDATA[', open)) return { name: '', closing: false, end: open + 9 }
    if (next === 0x21 || next === 0x3f) return { name: '', closing: false, end: endOf(html, '>', open + 2) }
    const closing = next === 0x2f
    const nameAt = open + (closing ? 2 : 1)
    let nameEnd = nameAt
    while (nameEnd < html.length && nameEnd - nameAt < 32 && isNameChar(html.charCodeAt(nameEnd))) nameEnd++
    if (nameEnd === nameAt || !isLetter(html.charCodeAt(nameAt))) return undefined
    const name = html.slice(nameAt, nameEnd).toLowerCase()
    return { name, closing, end: this.tagEnd(nameEnd) }
  }

  skipElement(name: string, from: number): number {
    const closing = new RegExp(`</${name}`, 'gi')
    closing.lastIndex = from
    const found = closing.exec(this.html)
    return found ? endOf(this.html, '>', found.index) : this.html.length
  }

  private tagEnd(from: number): number {
    const { html } = this
    if (!this.quotesBroken) {
      let quote = 0
      for (let i = from; i < html.length; i++) {
        const c = html.charCodeAt(i)
        if (quote) quote = c === quote ? 0 : quote
        else if (c === 0x22 || c === 0x27) quote = c
        else if (c === 0x3e) return i + 1
      }
      this.quotesBroken = true
    }
    return endOf(html, '>', from)
  }
}

/** Collects text and collapses white space the way a browser does. */
class TextWriter {
  private pieces: string[] = []
  private breaks = 0
  private space = false
  private started = false

  text(text: string, keepWhitespace: boolean): void {
    if (text === '') return
    if (keepWhitespace) {
      this.flush()
      this.push(text)
      return
    }
    const words = text.split(/[ \t\n\f\r]+/)
    for (const [i, word] of words.entries()) {
      if (i > 0) this.space = true
      if (word === '') continue
      this.flush()
      this.push(word)
    }
  }

  line(repeatable = true): void {
    this.breaks = repeatable ? Math.min(2, this.breaks + 1) : Math.max(1, this.breaks)
  }

  paragraph(): void {
    this.breaks = 2
  }

  item(): void {
    this.line(false)
    this.flush()
    this.push('- ')
    this.space = false
  }

  mark(): number {
    return this.pieces.length
  }

  /** Replaces "https://exam..." since `from` by the address it was cut from. */
  lengthen(link: { href: string; from: number }): void {
    const shown = this.pieces.slice(link.from).join('').trim()
    const stem = shown.replace(/(?:\.\.\.|…)$/, '')
    if (stem === shown || stem.length < 8 || !link.href.startsWith(stem)) return
    const before = /^\s*/.exec(this.pieces[link.from] ?? '')?.[0] ?? ''
    this.pieces.length = link.from
    this.pieces.push(before + link.href)
  }

  toString(): string {
    return this.pieces.join('').trim()
  }

  private flush(): void {
    if (this.started && this.breaks > 0) this.pieces.push('\n'.repeat(this.breaks))
    else if (this.started && this.space) this.pieces.push(' ')
    this.breaks = 0
    this.space = false
  }

  private push(text: string): void {
    this.pieces.push(text)
    this.started = true
  }
}

function endOf(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from)
  return found < 0 ? html.length : found + mark.length
}

function hrefOf(tag: string): string {
  const found = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(tag)
  return found ? decodeHTMLAttribute(found[1] ?? found[2] ?? found[3] ?? '') : ''
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)
}

function isNameChar(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x3a
}
