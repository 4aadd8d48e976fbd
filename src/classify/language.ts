/** Primary subtag of the language stated, else a first guess from the script. */
export function identifyLanguage(text: string, stated?: string): { lang: string; langConfidence: number } {
  const tag = stated?.toLowerCase().split(/[-_]/)[0]
  if (tag && /^[a-z]{2,3}$/.test(tag)) return { lang: tag, langConfidence: 1 }
  for (let i = 0; i < text.length && i < 2000; i++) {
    const code = text.charCodeAt(i)
    if (code >= 0x600 && code <= 0x6ff) return { lang: 'ar', langConfidence: 0.8 }
    if (code >= 0x900 && code <= 0x97f) return { lang: 'hi', langConfidence: 0.8 }
  }
  return { lang: /[a-z]/i.test(text) ? 'en' : 'und', langConfidence: 0.5 }
}
