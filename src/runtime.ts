import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Classifier } from './classify/types.ts'
import type { Config } from './config.ts'
import { createConnections, type Connections } from './connections.ts'
import { connectorIndex } from './connector/connectors.generated.ts'
import type { HostClock } from './connector/host.ts'
import { createRegistry, loadPackages, type Registry } from './connector/registry.ts'
import { createSecretBox } from './connector/secrets.ts'
import { uuidv7 } from './domain/id.ts'
import { createEgress, type Egress } from './egress/egress.ts'
import { createJudging } from './judging.ts'
import { createLog, type Log } from './log.ts'
import { createProviders, type Providers } from './providers.ts'
import { createRandomPool } from './randomPool.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import type { WorkContext } from './work/context.ts'
import { createExaminer, followQueries } from './work/examine.ts'
import { wantedBy } from './work/listening.ts'

/** The package's own folder: migrations, models and lexicons are always read from here, never from the data folder. */
export const packageFolder = findPackage(dirname(fileURLToPath(import.meta.url)))

export interface Runtime {
  config: Config
  store: Store
  log: Log
  registry: Registry
  egress: Egress
  connections: Connections
  providers: Providers
  clock: HostClock
  secret: string
  newId(): string
  work: WorkContext
  classifier(): Promise<Classifier>
  close(): Promise<void>
}

export interface RuntimeOptions {
  log?: Log
  /** The running clock unless given; the demo world and tests bring theirs. */
  clock?: HostClock
}

/** Opens everything that commands and roles share. Throws with the remedy when something is wrong. */
export async function openRuntime(config: Config, options: RuntimeOptions = {}): Promise<Runtime> {
  const clock = options.clock ?? systemClock
  const log = options.log ?? createLog(config.EARSHOT_LOG, (line) => void process.stderr.write(line), clock.now)
  const randomOf = createRandomPool()
  const newId = () => uuidv7(clock.now(), randomOf)
  const secret = config.EARSHOT_SECRET ?? generatedSecret(config.EARSHOT_DATA)
  const packages = await loadPackages(listOf(config.EARSHOT_CONNECTORS))
  const registry = createRegistry([...connectorIndex, ...packages])
  const egress = createEgress({
    allowPrivate: config.EARSHOT_ALLOW_PRIVATE === '*' ? true : listOf(config.EARSHOT_ALLOW_PRIVATE),
    userAgent: `Earshot/${version} (+https://github.com/earshot/earshot)`,
    proxyFromEnv: process.env['NODE_USE_ENV_PROXY'] ? process.env : false,
  })
  const store = await openStore({
    dataFolder: config.EARSHOT_DATA,
    ...(config.DATABASE_URL ? { databaseUrl: config.DATABASE_URL } : {}),
    migrationsFolder: join(packageFolder, 'data/migrations'),
    log: (message) => log.info(message),
  })
  const secrets = createSecretBox([secret])
  const providers = createProviders(store, egress, secrets)
  const queries = followQueries(store)
  const connections = createConnections({
    wants: async (platform) => wantedBy(await queries.current(), platform),
    store,
    registry,
    egress,
    secrets,
    clock,
    log,
    newId,
  })
  const modelsFolder = join(packageFolder, 'data/models')
  const classifier = createJudging(store, modelsFolder, log, () => performance.now())
  const work: WorkContext = {
    store,
    log,
    now: clock.now,
    newId,
    random: Math.random,
    manifest: (id) => registry.manifest(id) ?? registry.manifests().find((manifest) => manifest.platform === id),
    connect: connections.connect,
    examine: createExaminer(store, classifier, () => performance.now(), queries),
    classifier,
    provider: providers.current,
    train: async (lines, championLines, signal) =>
      (await import('./trainer.ts')).trainInThread(modelsFolder, lines, championLines, signal),
  }
  const close = async () => {
    await egress.close()
    await store.close()
  }
  return { config, store, log, registry, egress, connections, providers, clock, secret, newId, work, classifier, close }
}

export const version: string = readVersion()

export const systemClock: HostClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
}

function readVersion(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8')
  return String((JSON.parse(text) as { version?: unknown }).version ?? '0')
}

function findPackage(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'data/migrations'))) return folder
    if (folder === dirname(folder))
      throw new Error('the folder data/migrations of the package is missing: install it again')
  }
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** Kept beside the database and left out of backups: whoever has both can read the stored credentials. */
function generatedSecret(dataFolder: string): string {
  const file = join(dataFolder, 'secret')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const secret = randomBytes(32).toString('base64url')
  try {
    writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // Two processes that start together on one folder: the first one's secret counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readFileSync(file, 'utf8').trim()
  }
  return secret
}
