import { expect, it } from 'vitest'
import { scopes } from '../src/domain/scopes.ts'
import { permissions } from '../src/domain/permissions.ts'
import { describeApi, operationId } from '../src/web/api/openapi.ts'
import { apiRoutes } from '../src/web/api/routes.ts'

type Json = Record<string, unknown>
const api = describeApi(apiRoutes, '1.2.3') as {
  paths: Record<string, Record<string, Json & { parameters?: (Json & { in: string; name: string })[] }>>
  components: { schemas: Record<string, Json> }
}

it('describes every route under a name of its own', () => {
  const ids = apiRoutes.map(operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const described = Object.values(api.paths).flatMap((path) => Object.values(path).map((one) => one['operationId']))
  expect(described.toSorted()).toEqual(ids.toSorted())
})

it('names every parameter of a path', () => {
  for (const [path, methods] of Object.entries(api.paths))
    for (const operation of Object.values(methods)) {
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    }
})

it('refers only to schemas that are there, and uses each', () => {
  const text = JSON.stringify(api)
  const used = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target))
  for (const target of used) expect(target).toMatch(/^#\/components\/schemas\/\w+$/)
  const names = [...used].map((target) => target?.split('/').at(-1))
  expect(names.toSorted()).toEqual(Object.keys(api.components.schemas).toSorted())
  expect(text).not.toContain('$defs')
})

it('says what every field means', () => {
  const bare: string[] = []
  const look = (schema: Json, at: string): void => {
    for (const [name, property] of Object.entries((schema['properties'] ?? {}) as Record<string, Json>)) {
      if (!('description' in property) && !('$ref' in property) && !JSON.stringify(property).includes('description'))
        bare.push(`${at}.${name}`)
      look(property, `${at}.${name}`)
    }
    for (const inner of [schema['items'], ...((schema['anyOf'] as Json[] | undefined) ?? [])])
      if (inner) look(inner as Json, at)
  }
  for (const [name, schema] of Object.entries(api.components.schemas)) look(schema, name)
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods))
      for (const parameter of operation.parameters ?? [])
        if (!parameter['description']) bare.push(`${method} ${path} ${parameter.name}`)
  expect(bare).toEqual([])
})

it('asks every route for a scope and a permission that exist', () => {
  expect(apiRoutes.filter((route) => route.scopes.length === 0).map(({ path }) => path)).toEqual(['/me'])
  for (const route of apiRoutes) {
    expect(Object.keys(permissions)).toContain(route.permission)
    for (const scope of route.scopes) expect(Object.keys(scopes)).toContain(scope)
  }
})
