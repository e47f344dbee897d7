import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { createLogger, createMetrics, type Metrics } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { parseFlags } from './flag-document.js';
import { FLAG_KEYS } from './flag-keys.js';
import { Flags } from './flags.js';

const app = newUuid();
const OFF = '{"push.apns": {"on": false, "reason": "recall"}}';

describe('flags', () => {
  let folder: string;
  let lines: string[];
  let metrics: Metrics;
  const opened: Flags[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flags-'));
    lines = [];
    metrics = createMetrics('flags');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
    await rm(folder, { recursive: true });
  });

  const file = (name = 'flags.json'): string => join(folder, name);
  async function open(path?: string, variable?: string, own = metrics): Promise<Flags> {
    const logger = createLogger('push', 'info', { write: (line) => lines.push(line) });
    const config = { FLAGS_FILE: path, FLAGS: variable === undefined ? undefined : parseFlags(variable) };
    const flags = await Flags.open({ keys: FLAG_KEYS, config, logger, metrics: own, lookEveryMs: 20 });
    opened.push(flags);
    return flags;
  }
  const changeOf = (flags: Flags) => new Promise<void>((done) => flags.onChange(done));
  const refused = async () => (await metrics.registry.getSingleMetricAsString('flags_file_refused')).at(-1);

  it('are not changed by a file that is written again and says the same', async () => {
    await writeFile(file(), OFF);
    const flags = await open(file());
    let changes = 0;
    flags.onChange(() => (changes += 1));
    for (const wrong of ['{', OFF, `${OFF}\n`]) {
      await writeFile(file('next.json'), wrong);
      await rename(file('next.json'), file());
      const looked = wrong === '{' ? '1' : '0';
      await eventually(async () => expect(await refused()).toBe(looked));
    }
    const changed = changeOf(flags);
    await writeFile(file('next.json'), '{}');
    await rename(file('next.json'), file());
    await changed;
    expect([changes, flags.off]).toEqual([1, []]);
  });

  it('are on where nobody has turned them off, and off where one source says so', async () => {
    await writeFile(file(), `{"push.apns": true, "push.fcm": {"apps": {"${formatId('app', app)}": false}}}`);
    const flags = await open(file(), OFF);
    expect(flags.whyOff('push.apns', app)).toEqual({ reason: 'recall' });
    expect(flags.whyOff('push.fcm', app)).toEqual({ reason: undefined });
    expect(flags.whyOff('push.fcm', newUuid())).toBeUndefined();
    expect(flags.whyOff('webhooks.post', app)).toBeUndefined();
    expect(flags.off.map(({ flag, source }) => [flag, source])).toEqual([
      ['push.apns', 'environment'],
      ['push.fcm', 'file'],
    ]);
  });

  it('are read anew when the file is written, replaced, or is a link of a ConfigMap that is swapped', async () => {
    for (const name of ['written.json', 'replaced.json']) await writeFile(file(name), '{}');
    // As the kubelet mounts it: the file is a link through ..data, and ..data is what is replaced.
    for (const [version, content] of [
      ['..v1', '{}'],
      ['..v2', OFF],
    ] as const) {
      await mkdir(file(version));
      await writeFile(join(folder, version, 'flags.json'), content);
    }
    await symlink('..v1', file('..data'));
    await symlink('..data/flags.json', file('mounted.json'));
    const all = await Promise.all(
      ['written', 'replaced', 'mounted'].map((name) => open(file(`${name}.json`), undefined, createMetrics(name))),
    );
    const changes = all.map(changeOf);
    await writeFile(file('written.json'), OFF);
    await writeFile(file('new.json'), OFF);
    await rename(file('new.json'), file('replaced.json'));
    await symlink('..v2', file('..data_tmp'));
    await rename(file('..data_tmp'), file('..data'));
    await Promise.all(changes);
    expect(all.map((flags) => flags.whyOff('push.apns', app))).toEqual(all.map(() => ({ reason: 'recall' })));
  });

  it('keep what a file said last while it is wrong or gone, and say so in the log and in a figure', async () => {
    await writeFile(file(), OFF);
    const flags = await open(file());
    // Each is seen by the line that tells of it; the last is good again.
    const told = [(): Promise<void> => writeFile(file(), '{"push.apns": "on"}'), (): Promise<void> => rm(file())];
    for (const spoil of told) {
      const seen = nextLine(lines, 'the file of flags is refused');
      await spoil();
      expect(await seen).toMatch(/push\.apns: must be true, false|cannot be read: ENOENT/);
      expect([flags.whyOff('push.apns', app), await refused()]).toEqual([{ reason: 'recall' }, '1']);
    }
    const changed = changeOf(flags);
    await writeFile(file(), '{"push.apns": true}');
    await changed;
    expect([flags.whyOff('push.apns', app), await refused()]).toEqual([undefined, '0']);
  });

  it('are not read from a file that is far too large to be one', async () => {
    // It has hardly a byte on the disk, and more than could be read at once.
    await writeFile(file(), OFF);
    await truncate(file(), 3 * 2 ** 30);
    await expect(open(file())).rejects.toThrow('FLAGS_FILE: it has more than 1000000 bytes');
  });

  it('are no reason to start where their file is not there or wrong', async () => {
    await expect(open(file('none.json'))).rejects.toThrow('FLAGS_FILE: it cannot be read: ENOENT');
    await writeFile(file(), '{"push.apns": {"on": 0}}');
    await expect(open(file(), undefined, createMetrics('second'))).rejects.toThrow('FLAGS_FILE: push.apns.on');
  });
});

/** The next line with these words, as soon as it is written. */
function nextLine(lines: string[], words: string): Promise<string> {
  return new Promise((done) => {
    const { push } = Array.prototype;
    lines.push = (...added) => {
      const found = added.find((line) => line.includes(words));
      if (found !== undefined) done(found);
      return push.apply(lines, added);
    };
  });
}
