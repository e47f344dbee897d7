import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds. Longer than the longest of the ways that are to look alike, on a machine that has time. */
const BEAT_MS = 200;

/**
 * Lets work end on a beat and never between two: how long it took says nothing about what it found. Under load it may take several
 * beats, and how many depends on the load.
 */
export async function onTheBeat<Result>(work: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    await sleep(BEAT_MS - ((performance.now() - began) % BEAT_MS));
  }
}
