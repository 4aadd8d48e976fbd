import { raw } from 'hono/html'
import type { Child, FC } from 'hono/jsx'
import { useView } from './context.tsx'
import { formatCompact } from './format.ts'
import type { Section, ShellModel, Theme } from './model.ts'
import { FlashList } from './parts/Flash.tsx'
import { BrandMark, Icon } from './parts/icons.tsx'
import type { IconName } from './parts/icons.tsx'
import { UserMenu } from './parts/UserMenu.tsx'
import { urls } from './urls.ts'

interface DocumentProps {
  title: string
  theme?: Theme | undefined
  /** Seconds after which a browser without JavaScript loads the page again (progress pages). */
  refresh?: number | undefined
  bodyClass?: string | undefined
  children?: Child
}

/** The whole document. Nothing inline: style and script are files of ours, so that the policy can stay at 'self'. */
export const Document: FC<DocumentProps> = ({ title, theme = 'system', refresh, bodyClass, children }) => {
  const { locale, zone, now } = useView()
  return (
    <>
      {raw('<!doctype html>')}
      <html lang={locale} dir={isRightToLeft(locale) ? 'rtl' : 'ltr'} data-theme={theme}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          {/* A live refresh neither folds up what a person has unfolded nor resets the correction they are making. */}
          <meta
            name="htmx-config"
            content='{"includeIndicatorCSS":false,"defaultSwap":"innerHTML","morphIgnore":["data-htmx-powered","open"],"morphSkip":"details.correct[open]"}'
          />
          <title>{title}</title>
          <link rel="stylesheet" href={urls.css()} />
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <script src={urls.js()} defer></script>
          {refresh !== undefined && (
            <noscript>
              <meta http-equiv="refresh" content={String(refresh)} />
            </noscript>
          )}
        </head>
        <body class={bodyClass} data-locale={locale} data-zone={zone} data-now={now}>
          {children}
        </body>
      </html>
    </>
  )
}

/** Every signed-in page: rail, top bar, messages, main. `wide` gives the page the whole height (the inbox). */
export const Layout: FC<{
  shell: ShellModel
  title: string
  wide?: boolean | undefined
  refresh?: number | undefined
  children?: Child
}> = ({ shell, title, wide, refresh, children }) => {
  const { t } = useView()
  return (
    <Document
      title={`${title} · ${shell.workspace || t.app.name}`}
      theme={shell.theme}
      refresh={refresh}
      bodyClass={wide ? 'app app-wide' : 'app'}
    >
      <a class="skip" href="#main">
        {t.app.skip}
      </a>
      <Rail shell={shell} />
      <TopBar shell={shell} />
      <main id="main" tabindex={-1}>
        <FlashList messages={shell.flash} />
        {children}
      </main>
      <output
        id="live"
        class="sr"
        aria-live="polite"
        data-offline={t.failure.offline}
        data-failed={`${t.failure.failed.title}. ${t.failure.failed.text}`}
        data-forbidden={`${t.failure.forbidden.title}. ${t.failure.forbidden.text}`}
      ></output>
      <div
        id="stream"
        hidden
        hx-sse:connect={eventsUrl(shell)}
        hx-swap="none"
        data-last-event-id={shell.lastEventId ?? ''}
      ></div>
      <Shortcuts />
      <Palette />
    </Document>
  )
}

function eventsUrl(shell: ShellModel): string {
  return shell.lastEventId ? `${urls.events()}?after=${encodeURIComponent(shell.lastEventId)}` : urls.events()
}

const sections: { section: Section; icon: IconName; href: string; key: string }[] = [
  { section: 'inbox', icon: 'inbox', href: urls.inbox(), key: 'g i' },
  { section: 'customers', icon: 'customers', href: urls.customers(), key: 'g c' },
  { section: 'queries', icon: 'listening', href: urls.queries(), key: 'g l' },
  { section: 'understanding', icon: 'sparkle', href: urls.understanding(), key: 'g m' },
  { section: 'reports', icon: 'reports', href: urls.reports(), key: 'g r' },
  { section: 'sources', icon: 'sources', href: urls.sources(), key: 'g s' },
  { section: 'settings', icon: 'settings', href: urls.settings(), key: 'g t' },
]

const Rail: FC<{ shell: ShellModel }> = ({ shell }) => {
  const { t } = useView()
  return (
    <nav class="rail" aria-label={t.nav.label}>
      <a class="rail-brand" href={urls.inbox()} title={t.app.name}>
        <BrandMark />
        <span class="sr">{t.app.name}</span>
      </a>
      <ul>
        {sections.map(({ section, icon, href, key }) => (
          <li class={`rail-${section}`}>
            <a
              href={href}
              aria-current={shell.section === section ? 'page' : undefined}
              data-go={key}
              data-label={t.nav[section]}
            >
              <Icon name={icon} />
              <span>{t.nav[section]}</span>
              {section === 'inbox' && <InboxBadge count={shell.inboxCount} />}
              {section === 'sources' && shell.health.failing > 0 && (
                <b class="badge badge-bad">
                  {shell.health.failing}
                  <span class="sr"> {t.health.failingShort}</span>
                </b>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Pushed live: the number of threads that need somebody. */
export const InboxBadge: FC<{ count: number }> = ({ count }) => {
  const { t, locale } = useView()
  return (
    <b class="badge" id="inbox-badge" hidden={count === 0}>
      {formatCompact(count, locale)}
      <span class="sr"> {t.nav.waiting}</span>
    </b>
  )
}

const TopBar: FC<{ shell: ShellModel }> = ({ shell }) => {
  const { t } = useView()
  return (
    <header class="topbar">
      <search>
        <form class="search" method="get" action={urls.inbox()}>
          <label class="sr" htmlFor="search">
            {t.search.label}
          </label>
          <Icon name="search" />
          <input
            id="search"
            type="search"
            name="q"
            value={shell.search}
            placeholder={t.search.placeholder}
            autocomplete="off"
            data-plain
            aria-describedby="search-hint"
          />
          <span id="search-hint" class="sr">
            {t.search.hint}
          </span>
          <kbd aria-hidden="true">/</kbd>
          <button type="submit" class="sr-until-focus">
            {t.search.submit}
          </button>
        </form>
      </search>
      <div class="topbar-end">
        {shell.demo && (
          <a class="pill" href={urls.sourceNew()} title={t.demo.help}>
            {t.demo.label}
          </a>
        )}
        <HealthDot health={shell.health} />
        <a class="icon-button" href={urls.help()} aria-label={t.help.open} title={t.help.open} data-open="shortcuts">
          <Icon name="help" />
        </a>
        <UserMenu shell={shell} />
      </div>
    </header>
  )
}

/** Pushed live: says in words, by colour and by shape whether we hear everything we should. */
export const HealthDot: FC<{ health: ShellModel['health'] }> = ({ health }) => {
  const { t } = useView()
  const state =
    health.total === 0
      ? 'none'
      : health.failing > 0
        ? 'bad'
        : health.paused + (health.silent ?? 0) > 0
          ? 'warn'
          : 'good'
  const text =
    state === 'none'
      ? t.health.none
      : state === 'bad'
        ? t.health.failing(health.failing, health.total)
        : state === 'warn'
          ? health.silent
            ? t.freshness.silentSources(health.silent)
            : t.health.paused(health.paused)
          : t.health.good(health.total)
  return (
    <a class={`health health-${state}`} id="health" href={urls.sources()} title={text}>
      <span class="dot" aria-hidden="true"></span>
      <span class="health-text">{text}</span>
    </a>
  )
}

const Shortcuts: FC = () => {
  const { t } = useView()
  return (
    <dialog id="shortcuts" class="dialog" aria-labelledby="shortcuts-title">
      <header>
        <h2 id="shortcuts-title">{t.help.title}</h2>
        <form method="dialog">
          <button class="icon-button" aria-label={t.app.close}>
            <Icon name="cross" />
          </button>
        </form>
      </header>
      <ShortcutList />
    </dialog>
  )
}

export const ShortcutList: FC = () => {
  const { t } = useView()
  return (
    <dl class="shortcuts">
      {t.help.keys.map(([keys, what]) => (
        <div>
          <dt>
            {keys.split(' ').map((key) => (
              <kbd>{key}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Filled by the script from the links and actions of the page; useless without it, so hidden until asked for. */
const Palette: FC = () => {
  const { t } = useView()
  return (
    <dialog id="palette" class="dialog palette" aria-label={t.palette.label} data-empty={t.palette.empty}>
      <input
        id="palette-input"
        type="text"
        aria-label={t.palette.label}
        placeholder={t.palette.placeholder}
        autocomplete="off"
        data-plain
      />
      <ul id="palette-list" data-label={t.palette.results}></ul>
    </dialog>
  )
}

/** Sign in, first visit, welcome: one calm column, nothing to get lost in. */
export const PlainLayout: FC<{ title: string; theme?: Theme; wide?: boolean; refresh?: number; children?: Child }> = ({
  title,
  theme,
  wide,
  refresh,
  children,
}) => {
  const { t } = useView()
  return (
    <Document title={`${title} · ${t.app.name}`} theme={theme} refresh={refresh} bodyClass="plain">
      <a class="skip" href="#main">
        {t.app.skip}
      </a>
      <header class="plain-head">
        <BrandMark size={28} />
        <span>{t.app.name}</span>
      </header>
      <main id="main" tabindex={-1} class={wide ? 'plain-main plain-main-wide' : 'plain-main'}>
        {children}
      </main>
      <output id="live" class="sr" aria-live="polite"></output>
    </Document>
  )
}

function isRightToLeft(locale: string): boolean {
  return /^(ar|fa|he|ur|ps|yi|ckb|dv)\b/.test(locale)
}
