import { describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import type { Program } from './program.js';
import { Supervisor } from './supervisor.js';

/** A program that ends when a test says so. */
class Puppet implements Program {
  readonly name = 'puppet';
  starts = 0;
  refusesToStart = false;
  private end = Promise.withResolvers<string>();

  get ended(): Promise<string> {
    return this.end.promise;
  }

  async start(): Promise<void> {
    this.starts += 1;
    this.end = Promise.withResolvers();
    if (!this.refusesToStart) return;
    this.end.resolve('exit code 1');
    throw new Error('puppet does not want to');
  }

  async stop(): Promise<void> {
    this.end.resolve('SIGTERM');
  }

  kill(): void {
    this.end.resolve('SIGKILL');
  }
}

describe('a supervisor', () => {
  const supervise = async (): Promise<{ puppet: Puppet; said: string[]; supervisor: Supervisor }> => {
    const puppet = new Puppet();
    const said: string[] = [];
    const supervisor = new Supervisor(puppet, (line) => said.push(line));
    await puppet.start();
    supervisor.watch();
    return { puppet, said, supervisor };
  };

  it('starts a dead program again and says one line for its end and one for its return', async () => {
    const { puppet, said, supervisor } = await supervise();
    puppet.kill();
    await eventually(() => puppet.starts === 2 && said.length === 2);
    expect(said).toEqual(['! puppet ended (SIGKILL); starting it again in 0.5 s', '  ✓ puppet is back']);
    await supervisor.stop();
  });

  it('waits longer after every failure in a row, and says why it failed', async () => {
    const { puppet, said, supervisor } = await supervise();
    puppet.refusesToStart = true;
    puppet.kill();
    await eventually(() => said.length >= 3);
    expect(said.slice(0, 3)).toEqual([
      '! puppet ended (SIGKILL); starting it again in 0.5 s',
      '! puppet does not want to',
      '! puppet ended (exit code 1); starting it again in 1 s',
    ]);
    await supervisor.stop();
  });

  it('leaves a program stopped that it was told to stop, also while it waits to start it again', async () => {
    const { puppet, said, supervisor } = await supervise();
    puppet.kill();
    await eventually(() => said.length === 1);
    await supervisor.stop();
    expect(puppet.starts).toBe(1);
    expect(said).toHaveLength(1);
  });
});
