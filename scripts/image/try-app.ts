import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from './apps.ts';
import type { Image } from './assemble.ts';
import { type Contained, startContained } from './contained.ts';

/** Milliseconds until an app must have started, and until it must have stopped. */
const START_PATIENCE = 60_000;
const STOP_PATIENCE = 20_000;

/** Starts one app of the image, looks at it, and stops it. @throws with what is wrong, and with what it said. */
export async function tryApp(image: Image, { name, env, until, args = [] }: App): Promise<string> {
  const run = startContained(image, ['node', `apps/${name}/dist/main.js`, ...args], env);
  try {
    if (until === 'ends') {
      expectThat((await within(START_PATIENCE, run.ended, 'did not end')) === 0, 'failed');
      return `${name} does its work and ends`;
    }
    await becomes(run, until === 'ready' ? () => healthy(image, env) : async () => run.said().includes('"ready":true'));
    expectThat(uidOf(run.pid()) === image.user.split(':')[0], `is not run by ${image.user}`);
    process.kill(run.pid(), 'SIGTERM');
    const how = await within(STOP_PATIENCE, run.ended, 'did not stop: it may not hear SIGTERM as process 1');
    expectThat(how === 0, `ended with ${how} on SIGTERM`);
    return `${name} starts, is ready, and stops on SIGTERM as process 1`;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}\n${run.said()}`, {
      cause: error,
    });
  } finally {
    run.kill();
  }
}

/** That nothing of the image can be written to. @throws when something can. */
export async function tryToWrite(image: Image): Promise<string> {
  const places = [`${image.workdir}/x`, `${image.workdir}/apps/push/dist/main.js`, '/tmp/x', '/x'];
  const script = `
    const { writeFileSync } = require('node:fs');
    const wrote = ${JSON.stringify(places)}.filter((path) => { try { writeFileSync(path, ''); return true } catch { return false } });
    console.log(JSON.stringify(wrote));`;
  const run = startContained(image, ['node', '-e', script], {});
  await within(START_PATIENCE, run.ended, 'did not end');
  expectThat(run.said().trim() === '[]', `can be written to: ${run.said()}`);
  return 'nothing of it can be written to';
}

/** What the image's HEALTHCHECK says, run beside the app as an engine would. */
async function healthy(image: Image, env: Readonly<Record<string, string>>): Promise<boolean> {
  const look = startContained(image, image.healthCheck, { PORT: env['PORT'] ?? '' });
  return (await look.ended) === 0;
}

async function becomes(run: Contained, there: () => Promise<boolean>): Promise<void> {
  let over = false;
  void run.ended.then(() => (over = true));
  for (const end = Date.now() + START_PATIENCE; Date.now() < end; await delay(250)) {
    if (await there()) return;
    expectThat(!over, 'ended before it was ready');
  }
  throw new Error(`was not ready within ${START_PATIENCE / 1_000} s`);
}

async function within<Result>(ms: number, work: Promise<Result>, otherwise: string): Promise<Result> {
  const waiting = new AbortController();
  const late = delay(ms, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`${otherwise} within ${ms / 1_000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    waiting.abort();
  }
}

function uidOf(pid: number): string | undefined {
  return /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
