import { parentPort, workerData } from 'node:worker_threads'
import { train, type TrainingWork } from './training.ts'

/** The thread that trainer.ts starts. */
parentPort?.postMessage(train(workerData as TrainingWork)) // as trainer.ts gives it
