import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@signalbox/telemetry';
import type { Processor, Worker } from 'bullmq';
import type { QueueBackend, WorkerSettings } from './queue-backend.js';

const BACKEND_RETRY_MS = 500;

export interface WorkerStart extends WorkerSettings {
  readonly backend: QueueBackend;
  readonly queue: string;
  readonly processor: Processor;
  readonly logger: Logger;
  /** Gives up waiting for the backend. */
  readonly signal: AbortSignal;
}

/**
 * Starts a worker on a backend that answers, and not before: BullMQ remembers for good that its first connection to
 * Postgres failed. @returns undefined when `signal` came first.
 */
export async function startWorker(start: WorkerStart): Promise<Worker | undefined> {
  const { backend, queue, processor, logger, signal } = start;
  while (!signal.aborted) {
    let worker: Worker | undefined;
    try {
      await backend.ping();
      worker = backend.worker(queue, processor, start);
      await Promise.race([worker.waitUntilReady(), once(signal, 'abort')]);
      return worker;
    } catch (error) {
      logger.debug({ err: error, queue }, 'the queue does not answer; its worker starts when it does');
      await worker?.close(true);
      await delay(BACKEND_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}
