import { passedTenth, progressBar, progressText } from './progress-bar.js';

/** Milliseconds after which a step that is still running says so. */
const STILL_AT_IT = 4_000;
/** To the beginning of the line, and clear it. */
const ERASE = '\r\u001b[K';

/** Where the words go; `isTTY` when a person sees them as they come. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** What the person who typed the command gets to read. */
export class Terminal {
  /** A progress bar that stands on the last line, if there is one. */
  private bar = '';

  constructor(private readonly out: Output) {
    // A closed terminal must not keep us from stopping our children.
    out.on('error', () => undefined);
  }

  say(line: string): void {
    this.out.write(`${this.bar && ERASE}${line}\n${this.bar}`);
  }

  /** Runs one step and says how long it took; a long one shows that it lives. */
  async step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const seconds = stopwatch();
    const stillAtIt = setInterval(() => this.say(`    … ${name}: ${seconds()}`), STILL_AT_IT);
    try {
      const result = await work();
      this.say(`  ✓ ${name} (${seconds()})`);
      return result;
    } finally {
      clearInterval(stillAtIt);
    }
  }

  /**
   * Runs a step that can tell how far it is, and shows that: by a bar, or by a line for each tenth where nobody watches (a
   * pipe, a log). `work` is given a function that takes how much is done by now.
   */
  async progress<Result>(
    name: string,
    total: number,
    work: (tell: (done: number) => void) => Promise<Result>,
  ): Promise<Result> {
    const seconds = stopwatch();
    let done = 0;
    const tell = (now: number): void => {
      if (this.out.isTTY) this.draw(`    ${name}: ${progressBar(now, total)}`);
      else if (now < total && passedTenth(done, now, total)) this.say(`    ${name}: ${progressText(now, total)}`);
      done = now;
    };
    try {
      tell(0);
      const result = await work(tell);
      this.draw('');
      this.say(`  ${done === total ? '✓' : '✗'} ${name}: ${progressText(done, total)} (${seconds()})`);
      return result;
    } finally {
      this.draw('');
    }
  }

  private draw(bar: string): void {
    if (bar === this.bar) return;
    this.bar = bar;
    this.out.write(`${ERASE}${bar}`);
  }
}

function stopwatch(): () => string {
  const began = performance.now();
  return () => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
}
