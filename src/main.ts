import { serve, type ServerType } from '@hono/node-server'
import { join } from 'node:path'
import { createApp } from './app.ts'
import { oneTimeToken, signInPath } from './cli/oneTimeToken.ts'
import { createBus } from './bus.ts'
import type { Config } from './config.ts'
import type { Act } from './store/threadActions.ts'
import { importMentions } from './fileImport.ts'
import { openRuntime, packageFolder, version, type Runtime } from './runtime.ts'
import { releaseAllLeases } from './store/jobs.ts'
import { countUsers, insertOwner, listUsers } from './store/users.ts'
import { createLoop, type Loop } from './work/loop.ts'

export interface StartOptions {
  demo: boolean
}

const minute = 60_000
const demoOwner = 'ines@tamsel.example'

/** Runs the asked roles until a signal comes. Answers the exit code. */
export async function start(given: Config, { demo }: StartOptions): Promise<number> {
  // The demo world lives in a folder of its own, so that it can never mix with real customers.
  const config = demo && !given.DATABASE_URL ? { ...given, EARSHOT_DATA: join(given.EARSHOT_DATA, 'demo') } : given
  const runtime = await openRuntime(config)
  const loop = config.EARSHOT_ROLES === 'web' ? undefined : await startWorker(runtime)
  let server: ServerType | undefined
  try {
    if (config.EARSHOT_ROLES !== 'worker') server = await startWeb(runtime, demo)
    await untilSignal()
    runtime.log.info('stopping')
  } finally {
    // Also when the port is taken: a worker without its pages would run on unseen.
    await Promise.all([closeServer(server), loop?.stop()])
    await runtime.close()
  }
  return 0
}

async function startWorker(runtime: Runtime): Promise<Loop> {
  // SQLite has one owner: whoever held a lease is gone.
  if (!runtime.config.DATABASE_URL) await releaseAllLeases(runtime.store)
  const loop = createLoop(runtime.work)
  loop.start()
  return loop
}

async function startWeb(runtime: Runtime, demo: boolean): Promise<ServerType> {
  const { config, store, log, registry, clock, connections, egress, secret, newId } = runtime
  const loopback = ['127.0.0.1', '::1', 'localhost'].includes(config.HOST)
  const app = createApp({
    store,
    registry,
    bus: createBus({ store, now: clock.now }),
    clock,
    log,
    newId,
    config: {
      publicUrl: config.EARSHOT_BASE_URL,
      trustProxy: config.EARSHOT_TRUST_PROXY,
      loopback,
      demo,
      assetsFolder: join(packageFolder, 'dist/assets'),
      secret,
      version,
    },
    hostFor: async (connector, values, sourceId) => {
      const limit = AbortSignal.timeout(minute)
      if (sourceId) return connections.tryChange(connector, values, sourceId, limit)
      return (await connections.tryOut(connector, values, limit)).host
    },
    seal: async (values, sourceId) => connections.sealSecrets(sourceId, values) ?? '',
    unseal: async (sealed, sourceId) =>
      connections.openSecrets({ id: sourceId, secrets: sealed === '' ? null : sealed }),
    classifier: runtime.classifier,
    providers: runtime.providers,
    importMentions: (sourceId, { bytes, name }, act) => importMentions(runtime.work, sourceId, bytes, name, act),
    fetchPublic: (url, limits) => egress.fetch(url, limits),
    createDemoWorld: (act) => createDemoWorld(runtime, act),
  })
  const link = demo ? await demoLink(runtime) : undefined
  const { server, port } = await listen(app.fetch, config)
  const url = config.EARSHOT_BASE_URL ?? `http://${loopback ? config.HOST : 'localhost'}:${port}`
  process.stdout.write(`Earshot ${version} listens on ${url}\n`)
  if (link) process.stdout.write(`The demo world is ready. Sign in once with:\n  ${url}${link}\n`)
  else if (!loopback && (await countUsers(store.read)) === 0)
    process.stdout.write(
      `Create the owner with this setup token within an hour:\n  ${await oneTimeToken(runtime, 'setup', null, 60)}\n`,
    )
  return server
}

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  config: Config,
): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname: config.HOST, port: config.PORT }, (info) =>
      resolve({ server, port: info.port }),
    )
    server.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(config, error) : error),
    )
  })
}

function portTaken(config: Config, cause: Error): Error {
  return new Error(
    `Port ${config.PORT} is taken by another program. Stop it, or start with another one: npm start -- --port 3001`,
    { cause },
  )
}

/** Creates the owner of the demo world when there is none, and a link that signs in once. */
async function demoLink(runtime: Runtime): Promise<string> {
  const { store, newId, clock } = runtime
  const now = clock.now()
  const owner = await store.write((tx) =>
    insertOwner(tx, {
      id: newId(),
      email: demoOwner,
      name: 'Ines Aldana',
      passwordHash: null,
      createdAt: now,
    }),
  )
  if (owner) await createDemoWorld(runtime, { userId: owner.id, now, ip: '', newId })
  const person = owner ?? (await listUsers(store.read)).find((user) => user.email === demoOwner)
  if (!person)
    throw new Error(
      'This database belongs to real people, so the demo world stays out of it. Nothing was changed. Start the demo without DATABASE_URL, or with another data folder.',
    )
  return signInPath(runtime, person.id, 15)
}

/** The texts of the demo world are loaded when somebody asks for it. */
async function createDemoWorld({ store }: Runtime, act: Act): Promise<void> {
  const demo = await import('./demo.ts')
  await demo.createDemoWorld(store, act)
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

function closeServer(server: ServerType | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!server) return resolve()
    server.close(() => resolve())
    // Event streams never end by themselves.
    if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 500).unref()
  })
}
