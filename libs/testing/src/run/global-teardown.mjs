// Jest's globalTeardown: stops what globalSetup started and says what could not be run.
export default async function globalTeardown() {
  await globalThis.signalboxTestRun?.close();
}
