import { readConfig, type Config } from './config.ts'

interface Command {
  usage: string
  help: string
  run(argv: string[]): Promise<number>
}

const standard = [process.stdin, process.stdout, process.stderr] as const

/** Every command of `earshot`. Each loads only what it needs. */
const commands: Record<string, Command> = {
  start: {
    usage: 'start [--demo] [--port N]',
    help: 'Start the server and the worker (EARSHOT_ROLES chooses). --demo: with the demo world and a sign-in link.',
    run: async (argv) => (await import('./main.ts')).start(configOf(argv), { demo: argv.includes('--demo') }),
  },
  migrate: {
    usage: 'migrate',
    help: 'Bring the database up to date, after a backup copy, and stop.',
    run: async (argv) => (await import('./cli/admin.ts')).migrate(configOf(argv)),
  },
  user: {
    usage: 'user add EMAIL --name NAME [--role owner|admin|agent|viewer] | user link EMAIL | user list [--json]',
    help: 'Add a person, print a one-time sign-in link, list people.',
    run: async (argv) => (await import('./cli/admin.ts')).user(configOf(argv), argv, ...standard),
  },
  source: {
    usage: 'source add CONNECTOR [--key value …] | source list [--json] | source run ID',
    help: 'Connect a source after a check, list sources, poll one now.',
    run: async (argv) => (await import('./cli/source.ts')).source(configOf(argv), argv, ...standard),
  },
  import: {
    usage: 'import customers|mentions|touchpoints FILE [--dry-run] [--source NAME]',
    help: 'CSV or JSON lines by extension; broken lines are listed, the rest goes on. --source: the source that mentions go to.',
    run: async (argv) => (await import('./cli/import.ts')).importFile(configOf(argv), argv, ...standard),
  },
  export: {
    usage: 'export mentions|customers|touchpoints|replies|corrections [--since DATE] [--mask]',
    help: 'JSON lines on standard output.',
    run: async (argv) => (await import('./cli/export.ts')).exportRows(configOf(argv), argv, ...standard),
  },
  classify: {
    usage:
      'classify [--explain] [--corrections FILE] [FILE] | classify --quick [FILE] | classify evaluate --labels FILE',
    help: 'JSON lines in, judgements out. --quick: the sentiment of English posts alone, less right and some thirty times as fast. Needs no database.',
    run: async (argv) => (await import('./cli/classify.ts')).runClassify(argv, ...standard),
  },
  match: {
    usage: 'match --query Q [--explain] | match --queries FILE',
    help: 'JSON lines in, matching ids out. Needs no database.',
    run: async (argv) => (await import('./cli/match.ts')).runMatch(argv, ...standard),
  },
  query: {
    usage: 'query lint|format|explain Q | query backtest --old Q --new Q [--stdin] [--limit N] [--samples N] [--json]',
    help: 'What a listening query means (needs no database); what a change of it gains and loses over all that is stored, or over the JSON lines of --stdin.',
    run: async ([verb, ...rest]) =>
      verb === 'backtest'
        ? (await import('./cli/backtest.ts')).backtest(() => configOf(rest), rest, ...standard)
        : (await import('./cli/query.ts')).runQuery(verb === undefined ? [] : [verb, ...rest], ...standard),
  },
  backup: {
    usage: 'backup [FILE]',
    help: 'A consistent copy of the database while the server runs (SQLite). The generated secret is not in it.',
    run: async (argv) => (await import('./cli/admin.ts')).backup(configOf(argv), argv, ...standard),
  },
  restore: {
    usage: 'restore FILE',
    help: 'Put a backup in place of the database; the present one is kept beside it. Stop the server first.',
    run: async (argv) => (await import('./cli/admin.ts')).restore(configOf(argv), argv, ...standard),
  },
  doctor: {
    usage: 'doctor',
    help: 'Check configuration, database, sources and jobs; says what to do.',
    run: async (argv) => (await import('./cli/admin.ts')).doctor(configOf(argv), ...standard),
  },
}

export const commandNames = Object.keys(commands)

function configOf(argv: string[]): Config {
  const at = argv.indexOf('--port')
  const port = at < 0 ? undefined : argv[at + 1]
  return readConfig(port === undefined ? process.env : { ...process.env, PORT: port })
}

function usage(): string {
  const lines = Object.values(commands).map((command) => `  earshot ${command.usage}\n      ${command.help}`)
  return `Earshot: listen, classify, link to the known customer, answer, measure how fast.\n\n${lines.join('\n')}\n`
}

export async function main(argv: string[]): Promise<number> {
  const [name = 'help', ...rest] = argv
  const command = commands[name]
  if (!command) {
    const asked = ['help', '--help', '-h'].includes(name)
    const text = asked ? usage() : `There is no command "${name}".\n\n${usage()}`
    ;(asked ? process.stdout : process.stderr).write(text)
    return asked ? 0 : 2
  }
  if (rest.includes('--help')) {
    process.stdout.write(`earshot ${command.usage}\n${command.help}\n`)
    return 0
  }
  try {
    return await command.run(rest)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    if (process.env['EARSHOT_LOG'] === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    return 1
  }
}

// A reader that goes away (head, less) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await main(process.argv.slice(2))
