import { defineConfig } from 'drizzle-kit'

const dialect = process.env['DIALECT'] === 'postgres' ? 'postgres' : 'sqlite'

/** Both migration sets come from the same tables: npm run db:generate runs this once for each. */
export default defineConfig({
  dialect: dialect === 'postgres' ? 'postgresql' : 'sqlite',
  schema: `./src/store/schema.${dialect}.ts`,
  out: `./data/migrations/${dialect}`,
})
