// npm run connector:new <id> "<Name>": copies connectors/_template, which is compiled and tested like every connector.
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeIndex } from './connectors-index.js'
import { root } from './node.js'

/** Answers the files written. Throws an Error that says what to do. */
export function createConnector(id, name = id, folder = join(root, 'connectors')) {
  if (!/^[a-z][a-z0-9-]{1,30}$/.test(id ?? ''))
    throw new Error(
      'Usage: npm run connector:new -- <id> "<Name>". The id is lower-case letters, digits and hyphens; it is for ever.',
    )
  if (!/^[^'\\\n`]{1,60}$/.test(name))
    throw new Error('The name has at most 60 characters and no quotes or backslashes.')
  const target = join(folder, id)
  if (existsSync(target)) throw new Error(`connectors/${id} exists already.`)
  cpSync(join(root, 'connectors', '_template'), target, { recursive: true })
  return filesIn(target).map((file) => {
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text
        .replaceAll("'example'", `'${id}'`)
        .replaceAll("'Example'", `'${name}'`)
        .replace(/^# Example$/m, `# ${name}`),
    )
    return file
  })
}

function filesIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : [path]
  })
}

if (process.argv[1]?.endsWith('connector-new.js')) {
  try {
    const [id, name] = process.argv.slice(2)
    const files = createConnector(id, name)
    writeIndex()
    console.log(`${files.join('\n')}\n\nNext: npx vitest run connectors/${id}, then read connectors/README.md.`)
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
