import { setTimeout as delay } from 'node:timers/promises';

/** @throws the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Runs `work` under a signal that is aborted by the caller's signal or after `ms`, whichever comes first.
 *
 * Not AbortSignal.any: a follower asks for ever under one signal, and releases of Node in use keep every signal that
 * was made from one that lives on (nodejs/node#54614, #55351).
 */
export async function withDeadline<Result>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const either = new AbortController();
  const onAbort = (): void => either.abort(signal?.reason);
  const timer = setTimeout(() => either.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await work(either.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
