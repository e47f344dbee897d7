import { setImmediate as turn } from 'node:timers/promises';
import type { TracingConfig } from '@signalbox/telemetry';
import type { ServiceProgram, StopConfig } from './run-service.js';
import { StopRequest } from './stop-request.js';

/**
 * The first thing that a service's process does. Signals are heard from here on, and only then everything else is loaded, which takes a
 * second: a process that is asked to stop in the meantime does so.
 */
export async function beginService<Config extends StopConfig & TracingConfig>(
  name: string,
  load: () => Promise<{ readonly program: ServiceProgram<Config> }>,
): Promise<void> {
  const stop = new StopRequest();
  const [{ runService }, { program }] = await Promise.all([import('./run-service.js'), load()]);
  // What came while modules were loaded, which lets nobody else run, is heard now.
  await turn();
  await runService(name, program, stop);
}
