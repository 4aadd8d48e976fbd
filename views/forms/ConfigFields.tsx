import type { FC } from 'hono/jsx'
import { useView } from '../context.tsx'
import type { FormErrors } from '../model.ts'
import { CheckField, SelectField, TextArea, TextField } from './Field.tsx'

/** One key of a connector's schema (src/connector/form.ts), with what is to be shown in it. Secrets carry no value. */
export interface ConfigField {
  key: string
  title: string
  help: string
  type: 'text' | 'url' | 'number' | 'checkbox' | 'select' | 'textarea' | 'list'
  secret: boolean
  required: boolean
  options?: { value: string; title: string }[] | undefined
  placeholder?: string | undefined
  value?: string | boolean | undefined
  /** A secret that is already kept: an empty field leaves it as it is. */
  kept?: boolean | undefined
}

export const ConfigFields: FC<{ fields: ConfigField[]; errors?: FormErrors | undefined; idPrefix?: string }> = (
  props,
) => (
  <>
    {props.fields.map((field) => (
      <ConfigFieldInput field={field} error={props.errors?.[field.key]} idPrefix={props.idPrefix ?? ''} />
    ))}
  </>
)

const ConfigFieldInput: FC<{ field: ConfigField; error: string | undefined; idPrefix: string }> = ({
  field,
  error,
  idPrefix,
}) => {
  const { t } = useView()
  const value = typeof field.value === 'string' ? field.value : ''
  const shared = { name: field.key, label: field.title, help: field.help, error, optional: !field.required, idPrefix }
  if (field.type === 'checkbox')
    return (
      <div class="field">
        <CheckField
          name={field.key}
          label={field.title}
          help={field.help}
          checked={field.value === true}
          idPrefix={idPrefix}
        />
      </div>
    )
  if (field.secret)
    return (
      <TextField
        {...shared}
        type="password"
        autocomplete="off"
        help={field.kept ? `${field.help} ${t.form.secretKept}` : field.help}
        required={field.required && !field.kept}
      />
    )
  if (field.type === 'select')
    return (
      <SelectField
        {...shared}
        value={value}
        options={(field.options ?? []).map((option) => ({ value: option.value, label: option.title }))}
        blank={field.required ? undefined : t.form.none}
      />
    )
  if (field.type === 'textarea' || field.type === 'list')
    return (
      <TextArea
        {...shared}
        value={value}
        rows={field.type === 'list' ? 3 : 5}
        required={field.required}
        help={field.type === 'list' ? `${field.help} ${t.form.onePerLine}` : field.help}
      />
    )
  return (
    <TextField
      {...shared}
      type={field.type}
      value={value}
      required={field.required}
      autocomplete="off"
      {...(field.placeholder === undefined ? {} : { placeholder: field.placeholder })}
    />
  )
}
