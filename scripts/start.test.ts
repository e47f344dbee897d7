import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const START = fileURLToPath(new URL('./start.cjs', import.meta.url));
const start = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [START, ...args], { encoding: 'utf8' });

describe('npm start', () => {
  it('explains itself without installing anything', () => {
    const { status, stdout } = start('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: npm start/);
    for (const variable of ['PORT_BASE', 'REDIS_URL', 'LOG_LEVEL']) expect(stdout).toContain(variable);
  });

  it('refuses an argument that it does not know', () => {
    const { status, stderr } = start('--prot=5000');
    expect(status).toBe(1);
    expect(stderr).toMatch(/unknown argument --prot=5000; npm start -- --help/);
  });

  it('is written so that a Node from long ago can still say what is wrong', () => {
    // Node 12 knows neither optional chaining nor ??; these two files run before the version is known to be good.
    const check = `
      Object.defineProperty(process.versions, 'node', { value: '12.22.12' });
      require(${JSON.stringify(START.replace('start.cjs', 'check-node.cjs'))});`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', check], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^signalbox: needs Node 20 or newer, and this is v\S+; install a current one from https:\/\/nodejs\.org\n$/,
    );
  });
});
