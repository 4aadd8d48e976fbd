import type { Child, FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { FormErrors, Option } from '../model.ts'
import { Icon } from '../parts/icons.tsx'

interface Base {
  name: string
  label: string
  help?: Child
  error?: string | undefined
  optional?: boolean
  /** Distinguishes two fields of one name on a page. */
  idPrefix?: string
}

type Described = { id: string; 'aria-describedby'?: string; 'aria-invalid'?: 'true' }

export function fieldId(name: string, prefix = ''): string {
  return `f-${prefix}${name.replaceAll(/[^\w-]/g, '-')}`
}

/** Label above, help under it, the error beside the field: never only a placeholder. */
export const Field: FC<Base & { control: (aria: Described) => Child }> = (props) => {
  const { t } = useView()
  const id = fieldId(props.name, props.idPrefix)
  const describedBy = [props.help && `${id}-help`, props.error && `${id}-error`].filter(Boolean).join(' ')
  const aria: Described = {
    id,
    ...(describedBy ? { 'aria-describedby': describedBy } : {}),
    ...(props.error ? { 'aria-invalid': 'true' as const } : {}),
  }
  return (
    <div class={`field${props.error ? ' field-bad' : ''}`}>
      <label htmlFor={id}>
        {props.label}
        {props.optional && <span class="optional"> {t.form.optional}</span>}
      </label>
      {props.help && (
        <p class="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
      {props.error && (
        <p class="error" id={`${id}-error`}>
          <Icon name="warning" /> {props.error}
        </p>
      )}
      {props.control(aria)}
    </div>
  )
}

interface TextProps extends Base {
  value?: string | undefined
  type?: 'text' | 'email' | 'password' | 'url' | 'number' | 'search' | 'date' | 'datetime-local'
  required?: boolean
  autocomplete?: string
  placeholder?: string
  autofocus?: boolean
  min?: number | undefined
  max?: number | undefined
}

export const TextField: FC<TextProps> = (props) => (
  <Field
    {...base(props)}
    control={(aria) => (
      <input
        type={props.type ?? 'text'}
        name={props.name}
        value={props.value ?? ''}
        required={props.required ?? false}
        autofocus={props.autofocus ?? false}
        {...pick(props, ['autocomplete', 'placeholder', 'min', 'max'])}
        {...aria}
      />
    )}
  />
)

export const TextArea: FC<Base & { value?: string | undefined; rows?: number; required?: boolean; code?: boolean }> = (
  props,
) => (
  <Field
    {...base(props)}
    control={(aria) => (
      <textarea
        name={props.name}
        rows={props.rows ?? 4}
        required={props.required ?? false}
        class={props.code ? 'code' : ''}
        {...(props.code ? { 'data-plain': '' } : {})}
        dir="auto"
        {...aria}
      >
        {'\n'}
        {props.value ?? ''}
      </textarea>
    )}
  />
)

export const SelectField: FC<Base & { value?: string | undefined; options: Option[]; blank?: string | undefined }> = (
  props,
) => (
  <Field
    {...base(props)}
    control={(aria) => (
      <select name={props.name} {...aria}>
        {props.blank !== undefined && <option value="">{props.blank}</option>}
        {props.options.map((option) => (
          <option value={option.value} selected={option.value === (props.value ?? '')}>
            {option.label}
          </option>
        ))}
      </select>
    )}
  />
)

/** `help` stands under the label, inside its own line, so that the target stays large. */
export const CheckField: FC<{
  name: string
  label: Child
  value?: string
  checked?: boolean
  help?: Child
  idPrefix?: string
}> = (props) => {
  const id = fieldId(`${props.name}-${props.value ?? ''}`, props.idPrefix)
  return (
    <div class="check">
      <input
        type="checkbox"
        id={id}
        name={props.name}
        value={props.value ?? '1'}
        checked={props.checked ?? false}
        {...(props.help ? { 'aria-describedby': `${id}-help` } : {})}
      />
      <label htmlFor={id}>{props.label}</label>
      {props.help && (
        <p class="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  )
}

/** Sums up what is wrong on top of a form, each line a link to its field. Shown only when there are errors. */
export const ErrorSummary: FC<{
  errors: FormErrors | undefined
  labels?: Record<string, string>
  idPrefix?: string
}> = ({ errors, labels = {}, idPrefix }) => {
  const { t } = useView()
  const entries = Object.entries(errors ?? {})
  if (entries.length === 0) return null
  return (
    <div class="error-summary" role="alert" tabindex={-1} data-focus>
      <h2>{t.form.problem(entries.length)}</h2>
      <ul>
        {entries.map(([name, message]) => (
          <li>
            {name === '' ? (
              message
            ) : (
              <a href={`#${fieldId(name, idPrefix)}`}>{labels[name] ? `${labels[name]}: ${message}` : message}</a>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function base(props: Base): Base {
  const { name, label, help, error, optional, idPrefix } = props
  return {
    name,
    label,
    error,
    ...(help === undefined ? {} : { help }),
    ...(optional === undefined ? {} : { optional }),
    ...(idPrefix === undefined ? {} : { idPrefix }),
  }
}

function pick<T extends object, K extends keyof T>(from: T, keys: K[]): Partial<Pick<T, K>> {
  const out: Partial<Pick<T, K>> = {}
  for (const key of keys) if (from[key] !== undefined) out[key] = from[key]
  return out
}
