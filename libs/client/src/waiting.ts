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

/** What `promise` resolves to, or undefined when that takes longer than `ms`; it is then still to be waited for. */
export async function within<Result>(
  ms: number,
  promise: Promise<Result>,
): Promise<{ readonly value: Result } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([promise.then((value) => ({ value })), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What `promise` resolves to. @throws the signal's reason as soon as it is aborted. */
export async function unlessAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  signal?.throwIfAborted();
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => (onAbort = () => reject(signal?.reason as Error)));
  signal?.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
