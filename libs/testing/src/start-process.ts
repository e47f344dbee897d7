import type { ChildProcess } from 'node:child_process';
import { afterAll } from '@jest/globals';
import { launchProcess, type ProcessOptions, type RunningProcess } from '@signalbox/process-control';

/** Everything started in this file; killed after its last test, whatever happened. */
const started = new Set<ChildProcess>();
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

/**
 * Runs a built service as a real process, so that a test can kill it as the operating system would; it does not outlive
 * the test file.
 *
 * @throws ProcessNotReady with the end of its output.
 */
export function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  return launchProcess(options, (child) => {
    started.add(child);
    child.once('exit', () => started.delete(child));
  });
}
