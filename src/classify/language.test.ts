import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

import { decodeBundle } from './artefact.ts'
import { createIdentifier } from './language.ts'
import { loadArtefacts } from './load.ts'

const bytes = loadArtefacts(join(import.meta.dirname, '../../data/models'))['language']
const identify = createIdentifier(bytes && decodeBundle(bytes))

describe('identify', () => {
  it.each([
    ['@acme I have been waiting for two hours', 'en'],
    ['Je ne comprends pas pourquoi mon colis est en retard', 'fr'],
    ['Ich warte seit zwei Stunden auf eine Antwort', 'de'],
    ['No entiendo por qué mi pedido llega tarde', 'es'],
    ['Non capisco perché il mio ordine è in ritardo', 'it'],
    ['Não entendo por que meu pedido está atrasado', 'pt'],
    ['لا أفهم لماذا تأخر طلبي', 'ar'],
    ['मुझे समझ नहीं आता', 'hi'],
    ['yeh app bahut accha hai', 'hi'],
    ['これはとても良いです', 'ja'],
    ['最悪です', 'ja'],
    ['ขอบคุณมาก', 'th'],
    ['감사합니다', 'ko'],
    ['', 'und'],
    ['😀 http://a.example @b', 'und'],
  ])('%s: %s', (text, lang) => {
    expect(identify(text).lang).toBe(lang)
  })

  it.each([
    ['Hello мир 世界 مرحبا', true],
    ['love it a lot, это 世界', true],
    ['I love это приложение', false],
    ['ứng dụng rất tệ, không thể đăng nhập', false],
    ['это очень хорошо', false],
    ['این برنامه خیلی بد است', false],
    ['これはとても良いです', false],
    ['यह iPhone बहुत अच्छा है', false],
    ['བོད་སྐད', false],
  ])('sees whether %s is written in several scripts', (text, isMixed) => {
    expect(identify(text).isMixed ?? false).toBe(isMixed)
  })

  it('believes a stated language, by its primary subtag', () => {
    expect(identify('hello there my friend', 'PT-br')).toEqual({ lang: 'pt', langConfidence: 1 })
    expect(identify('hello there my friend', 'not a tag').lang).toBe('en')
  })
})
