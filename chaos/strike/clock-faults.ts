import { rename, writeFile } from 'node:fs/promises';
import type { PushName } from '../schedule/fault.ts';
import type { System } from '../system/system.ts';

/** Sets the clock of one process off by so many milliseconds; a process that is started again has the right time. */
export async function setClock(system: System, service: PushName, byMs: number): Promise<void> {
  const file = system.clockFile(service);
  await writeFile(`${file}.new`, String(byMs));
  await rename(`${file}.new`, file);
  system.services[service].signal('SIGUSR2');
}
