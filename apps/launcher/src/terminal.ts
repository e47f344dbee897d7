/** Milliseconds after which a step that is still running says so. */
const STILL_AT_IT = 4_000;

/** What the person who typed the command gets to read. */
export class Terminal {
  constructor(private readonly out: NodeJS.WritableStream) {
    // A closed terminal must not keep us from stopping our children.
    out.on('error', () => undefined);
  }

  say(line: string): void {
    this.out.write(`${line}\n`);
  }

  /** Runs one step of the start and says how long it took; a long one shows that it lives. */
  async step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    const seconds = (): string => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
    const stillAtIt = setInterval(() => this.say(`    … ${name}: ${seconds()}`), STILL_AT_IT);
    try {
      const result = await work();
      this.say(`  ✓ ${name} (${seconds()})`);
      return result;
    } finally {
      clearInterval(stillAtIt);
    }
  }
}
