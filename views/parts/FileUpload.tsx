import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import { formatNumber } from '../format.ts'
import { ErrorSummary, Field } from '../forms/Field.tsx'
import { Form } from '../forms/Form.tsx'
import { urls } from '../urls.ts'
import { Icon } from './icons.tsx'

export interface FileUploadModel {
  error?: string | undefined
  result?: FileResult | undefined
}

interface FileResult {
  file: string
  added: number
  changed: number
  known: number
  broken: { line: number; error: string }[]
  /** Broken rows beyond those listed. */
  moreBroken: number
}

/** POST multipart sourceUpload: file. */
export const FileUpload: FC<{ sourceId: string; model: FileUploadModel }> = ({ sourceId, model }) => {
  const { t } = useView()
  const errors = model.error === undefined ? undefined : { file: model.error }
  return (
    <section class="section" aria-labelledby="upload-title">
      {model.result && <Outcome sourceId={sourceId} result={model.result} />}
      <h2 id="upload-title">{t.upload.title}</h2>
      <Form action={urls.sourceUpload(sourceId)} class="upload-form" upload>
        <ErrorSummary errors={errors} labels={{ file: t.upload.file }} />
        <FileField error={model.error} required />
        <button type="submit" class="button button-primary">
          <Icon name="upload" /> {t.upload.action}
        </button>
      </Form>
    </section>
  )
}

export const FileField: FC<{ error?: string | undefined; required?: boolean }> = ({ error, required }) => {
  const { t } = useView()
  return (
    <Field
      name="file"
      label={t.upload.file}
      help={t.upload.fileHelp}
      optional={!required}
      error={error}
      control={(aria) => (
        <input
          type="file"
          name="file"
          accept=".csv,.tsv,.txt,.jsonl,.ndjson,.json,text/csv"
          required={required === true}
          {...aria}
        />
      )}
    />
  )
}

const Outcome: FC<{ sourceId: string; result: FileResult }> = ({ sourceId, result }) => {
  const { t, locale } = useView()
  const n = (value: number) => formatNumber(value, locale)
  const broken = result.broken.length + result.moreBroken
  const read = result.added + result.changed + result.known
  return (
    <section
      class={`outcome${broken > 0 ? ' outcome-warn' : ''}`}
      aria-labelledby="outcome-title"
      tabindex={-1}
      data-focus
    >
      <h2 id="outcome-title">
        <Icon name={broken > 0 ? 'warning' : 'checkCircle'} />{' '}
        {read > 0 ? t.import.read(result.file) : t.upload.nothing(result.file)}
      </h2>
      <p>
        {t.upload.counts(n(result.added), n(result.changed), n(result.known))}
        {result.added + result.changed > 0 && ` ${t.upload.soon}`}
      </p>
      {broken > 0 && (
        <>
          <p>{t.upload.broken(n(broken), broken)}</p>
          <div class="table-scroll">
            <table aria-label={t.upload.brokenRows}>
              <thead>
                <tr>
                  <th scope="col" class="num">
                    {t.import.line}
                  </th>
                  <th scope="col">{t.import.problem}</th>
                </tr>
              </thead>
              <tbody>
                {result.broken.map((row) => (
                  <tr>
                    <td class="num">{n(row.line)}</td>
                    <td dir="auto" hx-ignore="">
                      {row.error}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {result.moreBroken > 0 && <p class="muted">{t.import.more(n(result.moreBroken))}</p>}
        </>
      )}
      {read > 0 && (
        <a class="button" href={urls.inbox({ view: 'all', source: sourceId })}>
          {t.upload.see}
        </a>
      )}
    </section>
  )
}
