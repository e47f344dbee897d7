import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 10;
const WITHIN_MS = 120_000;

/** Asks again and again, and resolves with the first yes. @throws after two minutes. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > WITHIN_MS) throw new Error('it did not come to its end in two minutes');
    await delay(EVERY_MS);
  }
}
