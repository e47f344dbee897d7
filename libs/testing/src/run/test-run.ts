import { canStartRedis, startRedis } from '@signalbox/process-control';
import { publishFolders, publishRun, redisOfTheMachine } from './config.js';
import { RunFolder } from './run-folder.js';
import { openTemplate } from './template-database.js';

/** What one `jest` invocation holds open for all its test files. */
export interface TestRun {
  close(): Promise<void>;
}

/**
 * Starts the servers of a run and tells the workers, through their environment, where they are. A run that was killed
 * leaves a folder behind; the next one stops its servers and removes it.
 */
export async function openTestRun(): Promise<TestRun> {
  const folder = await RunFolder.create();
  publishFolders({ temporary: folder.path('tmp'), compiled: folder.path('compiled') });
  const template = await openTemplate(folder.path('postgres'));
  const given = redisOfTheMachine();
  const redis = given === undefined ? await startRedis({ directory: folder.path('redis') }) : undefined;
  publishRun({ postgresUrl: template.url, templateName: template.name, redisUrl: given ?? redis?.url });
  return {
    async close() {
      await redis?.stop();
      await template.close();
      await folder.remove();
      if (!canStartRedis()) warnAboutRedis(given !== undefined);
    },
  };
}

function warnAboutRedis(given: boolean): void {
  const line = '!'.repeat(100);
  const what = given
    ? 'the tests that stop, kill or empty a Redis of their own. No redis-server on PATH.'
    : 'everything on the Redis backend. No redis-server on PATH and TEST_REDIS_URL is not set.';
  process.stderr.write(
    `\n${line}\n!! NOT RUN: ${what}\n` +
      `!! Install Redis (Debian: apt install redis-server, macOS: brew install redis) and run again.\n${line}\n\n`,
  );
}
