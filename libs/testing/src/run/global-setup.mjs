// Jest's globalSetup: one Postgres and, where there is one, one Redis for the whole run.
import './typescript-hooks.mjs';

export default async function globalSetup() {
  const { openTestRun } = await import('./test-run.ts');
  globalThis.signalboxTestRun = await openTestRun();
}
