import { MicroBatcher } from '@signalbox/resilience';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeRequest } from './describe-request.js';
import type { Recorded } from './request-log.js';

const LINES_PER_WRITE = 1024;
const MAX_WAITING = 200_000;

/**
 * Appends every request to a file, one JSON object a line, and has it on disk before the request is answered. So no
 * sender can know of an answer that the file does not hold, whoever is killed: tests compare against this file.
 */
export class OracleLog {
  private readonly batcher: MicroBatcher<string, true>;

  private constructor(private readonly file: FileHandle) {
    this.batcher = new MicroBatcher<string, true>({
      flush: async (lines) => {
        await file.appendFile(lines.join(''));
        await file.datasync();
        return lines.map(() => true);
      },
      maxBatch: LINES_PER_WRITE,
      maxWaiting: MAX_WAITING,
      // A failed write may have left half a line: writing it again in halves would only repeat the good ones.
      isolate: () => false,
    });
  }

  static async open(path: string): Promise<OracleLog> {
    await mkdir(dirname(path), { recursive: true });
    return new OracleLog(await open(path, 'a', 0o600));
  }

  /** Resolves once the line is on disk. */
  async keep(provider: 'apns' | 'fcm' | 'webpush', request: Recorded): Promise<void> {
    await this.batcher.add(`${JSON.stringify({ provider, ...describeRequest(request) })}\n`);
  }

  async close(): Promise<void> {
    await this.batcher.drain();
    await this.file.close();
  }
}
