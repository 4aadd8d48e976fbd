/** Steam's own language codes -> BCP 47 (partner documentation, "Languages Supported on Steam"). */
const languages: Record<string, string> = {
  arabic: 'ar',
  bulgarian: 'bg',
  schinese: 'zh-Hans',
  tchinese: 'zh-Hant',
  czech: 'cs',
  danish: 'da',
  dutch: 'nl',
  english: 'en',
  finnish: 'fi',
  french: 'fr',
  german: 'de',
  greek: 'el',
  hungarian: 'hu',
  indonesian: 'id',
  italian: 'it',
  japanese: 'ja',
  koreana: 'ko',
  korean: 'ko',
  norwegian: 'no',
  polish: 'pl',
  portuguese: 'pt-PT',
  brazilian: 'pt-BR',
  romanian: 'ro',
  russian: 'ru',
  spanish: 'es-ES',
  latam: 'es-419',
  swedish: 'sv',
  thai: 'th',
  turkish: 'tr',
  ukrainian: 'uk',
  vietnamese: 'vi',
}

export function languageOf(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(languages, code) ? languages[code] : undefined
}
