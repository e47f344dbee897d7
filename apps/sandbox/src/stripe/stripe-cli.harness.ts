import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const platforms = z.record(z.string(), z.object({ pkg: z.string(), bin: z.string() }));

export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Stripe's own command line, the program of the npm package, unmodified. */
export class StripeCli {
  private readonly home = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  private readonly running = new Set<ChildProcess>();
  private readonly program = programOfPackage();
  /** It looks for a newer version of itself: that stays on this machine, where nobody answers. */
  private readonly env = {
    HOME: this.home,
    XDG_CONFIG_HOME: this.home,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    STRIPE_CLI_TELEMETRY_OPTOUT: '1',
  };

  /** The events that `stripe trigger` knows. */
  triggers(): string[] {
    const help = execFileSync(this.program, ['trigger', '--help'], { env: this.env, encoding: 'utf8' });
    return [...help.matchAll(/^ {2}([a-z0-9_]+\.[a-z0-9_.]+)$/gm)].map((match) => match[1]!);
  }

  async run(...args: string[]): Promise<CommandResult> {
    const { child, output } = this.start(...args);
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output: output() })));
  }

  /** `output` is everything that it has written so far. */
  start(...args: string[]): { child: ChildProcess; output: () => string } {
    const child = spawn(this.program, args, { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (output += chunk));
    }
    child.on('close', () => this.running.delete(child));
    return { child, output: () => output };
  }

  stop(): void {
    for (const child of this.running) child.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** The package's own script starts it as a child of its own, which a signal would not reach. */
function programOfPackage(): string {
  const wrapper = createRequire(import.meta.url).resolve('@stripe/cli/package.json');
  const known = platforms.parse(JSON.parse(readFileSync(join(dirname(wrapper), 'platforms.json'), 'utf8')));
  const platform = known[`${process.platform}-${process.arch}`];
  if (!platform) throw new Error(`there is no Stripe CLI for ${process.platform}-${process.arch}`);
  const manifest = createRequire(wrapper).resolve(`${platform.pkg}/package.json`);
  return join(dirname(manifest), 'bin', platform.bin);
}
