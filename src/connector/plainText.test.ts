import { describe, expect, it } from 'vitest'
import { decodeText } from './decodeText.ts'
import { plainText } from './plainText.ts'

describe('plainText', () => {
  it.each([
    ['<p>Hello</p><p>world</p>', 'Hello\n\nworld'],
    ['a<br>b<br/>c', 'a\nb\nc'],
    ['<div>a</div><div>b</div>', 'a\nb'],
    ['<ul><li>one</li><li>two</li></ul>after', '- one\n- two\n\nafter'],
    ['AT&amp;T &lt;b&gt; &#x1F600; &nbsp;x', 'AT&T <b> 😀 \u00a0x'],
    ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
    ['I <3 this', 'I <3 this'],
    ['x<script>alert("</p>")</script>y<style>p{}</style>z', 'xyz'],
    ['x<SCRIPT>never closed', 'x'],
    ['a<!-- <b>hidden</b> -->b', 'ab'],
    ['<a title="a > b" href="/x">link</a>', 'link'],
    ['<pre>  a\n    b</pre>', 'a\n    b'],
    ['<p>  many \n\t spaces </p>', 'many spaces'],
    [
      '<p>see <a href="https://example.com/very/long" rel=nofollow>https://example.com/ve...</a></p>',
      'see https://example.com/very/long',
    ],
    [
      '<span class="invisible">https://</span><span class="ellipsis">example.com/ab</span><span class="invisible">cd</span>',
      'https://example.com/abcd',
    ],
    ['<a href="https://evil.example/">https://bank.example/...</a>', 'https://bank.example/...'],
    ['null\u0000byte \ud800 lone', 'nullbyte \ufffd lone'],
    ['', ''],
  ])('%j becomes %j', (html, text) => {
    expect(plainText(html)).toBe(text)
  })

  it('reads each character a bounded number of times, however broken the markup', () => {
    for (const part of [
      '<a "',
      '<a \'"',
      '<',
      '</script',
      '<!--',
      '<script>',
      '<a href="x',
      '&',
      '&amp',
      '<b>',
      '<p>',
      '  \n',
    ])
      expect(plainText(part.repeat(100_000)).length).toBeLessThanOrEqual(part.length * 100_000)
  })
})

describe('decodeText', () => {
  const bytes = (text: string, encoding: BufferEncoding) => new Uint8Array(Buffer.from(text, encoding))
  it('obeys mark, header, declaration, then guesses', () => {
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x61, 0, 0xe9, 0]))).toBe('aé')
    expect(decodeText(bytes('<x>é</x>', 'utf16le'))).toBe('<x>é</x>')
    expect(decodeText(bytes('é', 'latin1'), { contentType: 'text/xml; charset="ISO-8859-1"' })).toBe('é')
    expect(decodeText(bytes('<?xml version="1.0" encoding="iso-8859-15"?>\xa4', 'latin1'))).toContain('€')
    expect(decodeText(bytes('é', 'utf8'), { contentType: 'text/xml; charset=no-such' })).toBe('é')
    expect(decodeText(bytes('caf\xe9', 'latin1'))).toBe('café')
    expect(decodeText(bytes('<?xml version="1.0" encoding="utf-16"?><a/>', 'utf8'))).toContain('<a/>')
    expect(decodeText(new Uint8Array([0, 0, 0xfe, 0xff, 0, 1, 0xf6, 0]))).toBe('😀')
    expect(decodeText(new Uint8Array())).toBe('')
  })
})
