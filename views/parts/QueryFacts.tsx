import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { PostButton } from '../forms/Form.tsx'
import type { QueryMeaning, QueryReach, QueryVersion } from '../pages/Queries.tsx'
import { networkName, NetworkMark } from './Network.tsx'
import { Plain } from './RemoteText.tsx'
import { Time } from './Time.tsx'

/** The query in words: one line for each part, as deep as it nests. */
export const MeaningTree: FC<{ meaning: QueryMeaning }> = ({ meaning }) => {
  const { t } = useView()
  return (
    <>
      {meaning.term !== '' && <code dir="auto">{meaning.term}</code>} {meaning.means}
      {meaning.children.length > 0 && (
        <ul class="bullets">
          {meaning.children.map((child) => (
            <li>
              <MeaningTree meaning={child} />
            </li>
          ))}
          {meaning.more > 0 && <li class="muted">{t.queries.moreParts(meaning.more)}</li>}
        </ul>
      )}
    </>
  )
}

/** What a platform is asked, what is sorted out here afterwards, and what it will not bring. */
export const ReachList: FC<{ reach: QueryReach[] }> = ({ reach }) => {
  const { t } = useView()
  return (
    <ul class="samples">
      {reach.map((one) => (
        <li>
          <p>
            <NetworkMark network={one.network} /> <strong>{networkName(one.network)}</strong>
            {one.costPerPoll !== undefined && <span class="muted"> {t.queries.cost(one.costPerPoll.toFixed(2))}</span>}
          </p>
          {one.searches.length === 0 && <p class="source-error">{t.queries.notSearchable}</p>}
          {one.searches.map((search) => (
            <p>
              <code dir="auto">{search}</code>
            </p>
          ))}
          {one.moreSearches > 0 && <p class="muted">{t.queries.moreSearches(one.moreSearches)}</p>}
          <Notes title={t.queries.risks} notes={one.risks} />
          <Notes title={t.queries.filtered} notes={one.filtered} />
        </li>
      ))}
    </ul>
  )
}

const Notes: FC<{ title: string; notes: QueryReach['risks'] }> = ({ title, notes }) =>
  notes.length === 0 ? null : (
    <>
      <p class="muted">{title}</p>
      <ul class="bullets">
        {notes.map((note) => (
          <li>
            {note.term !== '' && <code dir="auto">{note.term}</code>} {note.reason}
          </li>
        ))}
      </ul>
    </>
  )

/** POST to the address of a version brings its text back. */
export const VersionTable: FC<{
  versions: QueryVersion[]
  canEdit: boolean
  help: string
  href: (version: number) => string
  /** Where an earlier version is compared with the one in force. */
  compareHref?: ((version: number) => string) | undefined
}> = ({ versions, canEdit, help, href, compareHref }) => {
  const { t } = useView()
  return (
    <section class="section">
      <h2 id="query-versions">{t.queries.versions}</h2>
      <p class="help">{help}</p>
      {/* A table without links scrolls sideways on phones: the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section class="table-scroll" aria-labelledby="query-versions" tabindex={0}>
        <table aria-labelledby="query-versions" class="table-rows">
          <thead>
            <tr>
              <th scope="col">{t.queries.version}</th>
              <th scope="col">{t.queries.query}</th>
              <th scope="col">{t.queries.saved}</th>
              <th scope="col">
                <span class="sr">{t.queries.restore}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((one, index) => (
              <tr>
                <td>{one.version}</td>
                <td class="cell-code">
                  <code dir="auto">{one.query}</code>
                  {one.lists && <Plain class="cell-sub" text={t.listening.without(one.lists.join(', '))} />}
                </td>
                <td>
                  <Time at={one.at} long /> {one.by && <Plain class="cell-sub" text={one.by} />}
                </td>
                <td>
                  {index === 0 ? (
                    <span class="tag">{t.queries.current}</span>
                  ) : (
                    <div class="button-row">
                      {compareHref && (
                        <a
                          class="button button-small"
                          href={compareHref(one.version)}
                          aria-label={t.quality.compareVersion(one.version)}
                        >
                          {t.quality.compareShort}
                        </a>
                      )}
                      {canEdit && (
                        <PostButton
                          action={href(one.version)}
                          class="button button-small"
                          label={t.queries.restoreLabel(one.version)}
                        >
                          {t.queries.restore}
                        </PostButton>
                      )}
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}
