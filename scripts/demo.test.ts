import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const DEMO = fileURLToPath(new URL('./demo.cjs', import.meta.url));
const demo = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [DEMO, ...args], { encoding: 'utf8' });

describe('npm run demo', () => {
  it('explains itself without installing anything', () => {
    const { status, stdout } = demo('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run demo/);
    for (const option of ['--count N', '--exit']) expect(stdout).toContain(option);
  });

  it('refuses an argument that it does not know', () => {
    const { status, stderr } = demo('--exit', '--cuont=50');
    expect(status).toBe(1);
    expect(stderr).toBe('signalbox: unknown argument --cuont=50; npm run demo -- --help shows what there is\n');
  });

  it.each([
    [['--count', '9'], ', and this is 9'],
    [['--count=10001'], ', and this is 10001'],
    [['--count', '1e3'], ', and this is 1e3'],
    [['--count', '-50'], ', and this is -50'],
    [['--count='], ''],
    [['--count'], ''],
  ])('refuses the number in %j', (args, said) => {
    const { status, stderr } = demo(...args);
    expect(status).toBe(1);
    expect(stderr).toBe(`signalbox: --count must be a whole number from 10 to 10000${said}\n`);
  });
});
