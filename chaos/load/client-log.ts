import { open, type FileHandle } from 'node:fs/promises';
import { MicroBatcher } from '@signalbox/resilience';

/** One line of what a client did and heard about one notification; `at` in milliseconds since 1970. */
export type ClientLine =
  | { readonly at: number; readonly key: string; readonly event: 'sent'; readonly user: string }
  | { readonly at: number; readonly key: string; readonly event: 'accepted'; readonly id: string }
  | { readonly at: number; readonly key: string; readonly event: 'unknown' | 'refused'; readonly why: string };

/** What clients know, on disk before they go on: the half of the oracle that stands before the system. */
export class ClientLog {
  private readonly file: FileHandle;
  private readonly batcher: MicroBatcher<string, true>;

  private constructor(file: FileHandle) {
    this.file = file;
    this.batcher = new MicroBatcher<string, true>({
      flush: async (lines) => {
        await file.appendFile(lines.join(''));
        await file.datasync();
        return lines.map(() => true);
      },
      maxBatch: 2_000,
      maxWaiting: 100_000,
      isolate: () => false,
    });
  }

  static async open(path: string): Promise<ClientLog> {
    return new ClientLog(await open(path, 'a'));
  }

  /** Resolves once the lines are on disk. */
  async keep(lines: readonly ClientLine[]): Promise<void> {
    await this.batcher.add(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async close(): Promise<void> {
    await this.batcher.drain();
    await this.file.close();
  }
}
