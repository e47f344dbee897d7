import { freePort } from '@signalbox/embedded-postgres';
import { type RunningProcess, startProcess } from '@signalbox/testing';
import type { Stack } from './stack.js';

export const OPERATOR_PASSWORD = 'correct horse battery';

/** A console process over a stack. */
export interface ConsoleOnStage {
  readonly url: string;
  /** Everything that it logged. */
  output(): string;
  stop(): Promise<void>;
}

/** `more`: as which client it signs operators in, say; it may name the port. */
export async function startConsoleOver(
  stack: Stack,
  more: Readonly<Record<string, string>> = {},
): Promise<ConsoleOnStage> {
  const port = more['PORT'] ?? (await freePort(0));
  const url = `http://127.0.0.1:${port}`;
  const running: RunningProcess = await startProcess({
    entry: 'apps/console/dist/main.js',
    env: { ...stack.env, PORT: `${port}`, PUSH_URL: stack.urls.push, OPERATOR_PASSWORD, ...more },
    ready: { url: `${url}/health/ready` },
  });
  return {
    url,
    output: () => running.output(),
    stop: async () => {
      await running.stop();
    },
  };
}
