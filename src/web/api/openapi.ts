import { z } from 'zod'
import { scopes } from '../../domain/scopes.ts'
import { problems } from './problem.ts'
import type { ApiRoute } from './route.ts'
import { problemSchema } from './schemas.ts'

type Json = Record<string, unknown>

/** OpenAPI 3.1 out of the routes themselves: it cannot say something else than what parses and answers. */
export function describeApi(routes: readonly ApiRoute[], version: string): Json {
  const schemas: Json = {}
  const paths: Record<string, Json> = {}
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route, schemas)
  schemaOf(problemSchema, 'output', schemas)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Earshot',
      version,
      description: `Every request carries a token: \`Authorization: Bearer ear_…\`. Scopes:\n${scopeList()}`,
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } }, schemas },
  }
}

function scopeList(): string {
  return Object.entries(scopes)
    .map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
    .join('\n')
}

function operationOf(route: ApiRoute, schemas: Json): Json {
  const description = [
    route.description,
    `Scope: ${route.scopes.map((scope) => `\`${scope}\``).join(' or ') || 'none'}. Role: \`${route.permission}\`.`,
  ]
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    description: description.filter(Boolean).join('\n\n'),
    ...parametersOf(route, schemas),
    ...(route.body ? { requestBody: { required: true, content: jsonOf(schemaOf(route.body, 'input', schemas)) } } : {}),
    responses: responsesOf(route, schemas),
  }
}

/** getThreadsId, postSourcesIdRun. */
export function operationId({ method, path }: Pick<ApiRoute, 'method' | 'path'>): string {
  const words = path.split(/[/{}-]+/).filter(Boolean)
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function parametersOf(route: ApiRoute, schemas: Json): Json {
  const of = (where: 'path' | 'query', object: z.ZodObject) => {
    const { properties = {}, required = [] } = schemaOf(object, 'input', schemas) as {
      properties?: Record<string, Json>
      required?: string[]
    }
    return Object.entries(properties).map(([name, { description, ...schema }]) => ({
      name,
      in: where,
      required: required.includes(name),
      ...(description ? { description } : {}),
      schema,
    }))
  }
  const headers = Object.entries(route.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  }))
  const parameters = [...of('path', route.params), ...of('query', route.query), ...headers]
  return parameters.length > 0 ? { parameters } : {}
}

function responsesOf(route: ApiRoute, schemas: Json): Json {
  const answer = jsonOf(schemaOf(route.answer, 'output', schemas))
  const responses: Json = { 200: { description: route.created ? 'It was there already.' : 'Done.', content: answer } }
  if (route.created) responses['201'] = { description: 'Created.', content: answer }
  // These may come from every operation.
  const common = route.body ? [400, 401, 403, 413, 415, 422, 429] : [401, 403, 422, 429]
  const refusal = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  for (const status of [...new Set([...common, ...route.problems])].toSorted((a, b) => a - b)) {
    const known = Object.values(problems).find((one) => one.status === status)
    responses[String(status)] = { description: known?.title ?? 'Refused', content: refusal }
  }
  return responses
}

function jsonOf(schema: Json): Json {
  return { 'application/json': { schema } }
}

/** Named schemas go to the components and are referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  for (const [name, definition] of Object.entries($defs as Json)) schemas[name] ??= relinked(withoutId(definition))
  const name = schema.meta()?.id
  const own = relinked(withoutId(json)) as Json
  if (!name) return own
  schemas[name] ??= own
  return { $ref: `#/components/schemas/${name}` }
}

function withoutId(definition: unknown): unknown {
  const { id: _, ...rest } = definition as Json
  return rest
}

function relinked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(relinked)
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/$defs/', '#/components/schemas/')
        : relinked(inner),
    ]),
  )
}
