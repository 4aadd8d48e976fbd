import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { migratePostgres } from '../../src/store/migratePostgres.ts'
import { withMaintenance } from '../../src/store/postgres.ts'
import { root } from './root.ts'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the maintenance database, or '' where PostgreSQL cannot run. */
    postgresUrl: string
  }
}

/** One PostgreSQL for the whole run, with a migrated template that every test database is cloned from. */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  if (typeof postgres === 'string') {
    process.stderr.write(`\n*** PostgreSQL suites DID NOT RUN: ${postgres} ***\n\n`)
    project.provide('postgresUrl', '')
    return async () => undefined
  }
  process.stderr.write(`PostgreSQL ${postgres.version} for the tests\n`)
  await withMaintenance(postgres.url, async (run) => {
    await run('drop database if exists earshot_template')
    await run('create database earshot_template')
  })
  await migratePostgres(templateUrl(postgres.url), join(root, 'data/migrations/postgres'))
  project.provide('postgresUrl', postgres.url)
  return () => postgres.stop()
}

function templateUrl(url: string): string {
  const template = new URL(url)
  template.pathname = '/earshot_template'
  return template.href
}
