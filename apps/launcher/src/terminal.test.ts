import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { Terminal } from './terminal.js';

const written = async (work: (terminal: Terminal) => Promise<unknown>, isTTY = false): Promise<string> => {
  const out = Object.assign(new PassThrough(), { isTTY });
  await work(new Terminal(out));
  out.end();
  return text(out);
};
const withoutTimes = (output: string): string => output.replaceAll(/\d+\.\d s/g, 'a while');

describe('progress where nobody watches', () => {
  it('is a line for each tenth, and one for the end', async () => {
    const output = await written((terminal) =>
      terminal.progress('ended', 2_000, async (tell) => {
        for (let done = 0; done <= 2_000; done += 50) tell(done);
      }),
    );
    expect(withoutTimes(output).split('\n')).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(
        (tenth) => `    ended: ${tenth}0 %, ${(tenth * 200).toLocaleString('en-US')} of 2,000`,
      ),
      '  ✓ ended: 100 %, 2,000 of 2,000 (a while)',
      '',
    ]);
  });

  it('skips the tenths that were passed at one bound', async () => {
    const output = await written((terminal) =>
      terminal.progress('ended', 10, async (tell) => {
        for (const done of [3, 3, 4, 10]) tell(done);
      }),
    );
    expect(output.match(/\d+ %/g)).toEqual(['30 %', '40 %', '100 %']);
  });

  it('says so when it ended before its time', async () => {
    const output = await written((terminal) => terminal.progress('ended', 10, async (tell) => tell(9)));
    expect(withoutTimes(output)).toContain('  ✗ ended: 90 %, 9 of 10 (a while)\n');
  });
});

describe('progress on a terminal', () => {
  it('is a bar on one line, which other words do not tear apart', async () => {
    const output = await written(async (terminal) => {
      await terminal.progress('ended', 4, async (tell) => {
        tell(2);
        terminal.say('! push ended');
        tell(4);
      });
    }, true);
    const half = `    ended: [${'█'.repeat(15)}${'░'.repeat(15)}] 50 %, 2 of 4`;
    expect(output).toContain(`\r\u001b[K${half}\r\u001b[K! push ended\n${half}`);
    expect(output.split('\n').map((line) => line.split('\r\u001b[K').at(-1))).toEqual([
      '! push ended',
      expect.stringMatching(/^ {2}✓ ended: 100 %, 4 of 4 \(/),
      '',
    ]);
  });

  it('leaves no bar behind when the work fails', async () => {
    const output = await written(async (terminal) => {
      await terminal
        .progress('ended', 4, async () => {
          throw new Error('no');
        })
        .catch(() => undefined);
    }, true);
    expect(output).toMatch(/0 of 4\r\u001b\[K$/);
  });
});
