import { launchProcess, type ProcessOptions, type RunningProcess } from '@signalbox/process-control';
import type { Journal } from './journal.ts';

/** Ends a process that its parent may not outlive. */
export type Guard = (child: { kill(signal: NodeJS.Signals): boolean }) => void;

/**
 * One service under test, with a supervisor as production has one: whatever ends is started again until it is ready. An
 * end that nobody asked for goes into the journal.
 */
export class Service {
  readonly name: string;
  private readonly process: RunningProcess;
  private readonly journal: Journal;
  /** Resolves when it is up again; undefined while it is up. */
  private coming: PromiseWithResolvers<void> | undefined;
  private stopped = false;
  private readonly supervision: Promise<void>;

  private constructor(name: string, process: RunningProcess, journal: Journal) {
    this.name = name;
    this.process = process;
    this.journal = journal;
    this.supervision = this.supervise();
  }

  static async start(name: string, options: ProcessOptions, journal: Journal, guard: Guard): Promise<Service> {
    return new Service(name, await launchProcess(options, guard), journal);
  }

  get pid(): number {
    return this.process.pid;
  }

  /** SIGKILL, unless it is down already. Resolves when it is dead; the supervisor starts it again. */
  async kill(): Promise<void> {
    if (this.coming) return;
    this.coming = Promise.withResolvers();
    await this.process.kill();
  }

  /** Resolves when it is up. */
  async up(): Promise<void> {
    await this.coming?.promise;
  }

  pause(): void {
    this.process.pause();
  }

  resume(): void {
    this.process.resume();
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.coming) this.process.signal(signal);
  }

  async stop(): Promise<void> {
    await this.up();
    this.stopped = true;
    this.process.resume();
    const late = setTimeout(() => void this.process.kill(), 15_000);
    await this.process.stop();
    clearTimeout(late);
    await this.supervision;
  }

  private async supervise(): Promise<void> {
    for (;;) {
      const how = await this.process.exited();
      if (this.stopped) return;
      if (!this.coming) {
        this.coming = Promise.withResolvers();
        this.journal.died(this.name, { ...how, said: this.process.output().slice(-300) });
      }
      await this.startUntilReady();
      this.coming.resolve();
      this.coming = undefined;
    }
  }

  private async startUntilReady(): Promise<void> {
    for (;;) {
      try {
        await this.process.restart();
        return;
      } catch (error) {
        // Its database may be away just now; whoever supervises it in production tries again as well.
        this.journal.add(`${this.name} did not start`, lastLineOf(error));
      }
    }
  }
}

function lastLineOf(error: unknown): string {
  return String(error).trim().split('\n').slice(-3).join(' | ').slice(0, 400);
}
