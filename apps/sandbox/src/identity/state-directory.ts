import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { systemErrorCode } from '../system-error-code.js';

/** A file of the state directory cannot be used; the message names it and the remedy. */
export class StateDirectoryError extends Error {
  override readonly name = 'StateDirectoryError';
}

/**
 * Small JSON documents that survive a restart, or live in memory when no directory is given. A document is replaced by
 * a rename, so a crash leaves the old one or the new one, and it is readable by its owner only: it holds private keys.
 */
export class StateDirectory {
  private readonly memory = new Map<string, string>();
  private lastWrite: Promise<void> = Promise.resolve();

  constructor(private readonly path: string | undefined) {}

  /** @throws StateDirectoryError when the file is there but cannot be read, or is not what was written. */
  async read<Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema> | undefined> {
    const text = await this.text(name);
    if (text === undefined) return undefined;
    const parsed = schema.safeParse(jsonOrUndefined(text));
    if (parsed.success) return parsed.data;
    throw new StateDirectoryError(`${this.fileOf(name)} is damaged: delete it, the sandbox makes a new one`);
  }

  /**
   * Writes one document at a time, in the order of the calls, so that the last one called is the one that stays.
   *
   * @throws StateDirectoryError when the directory cannot be written.
   */
  write(name: string, document: unknown): Promise<void> {
    const text = JSON.stringify(document, undefined, 2);
    const written = this.lastWrite.then(() => this.replace(name, text));
    this.lastWrite = written.catch(() => undefined);
    return written;
  }

  private async replace(name: string, text: string): Promise<void> {
    if (this.path === undefined) {
      this.memory.set(name, text);
      return;
    }
    const file = this.fileOf(name);
    const unfinished = `${file}.${process.pid}.new`;
    try {
      await mkdir(this.path, { recursive: true });
      await writeFile(unfinished, text, { mode: 0o600 });
      await rename(unfinished, file);
    } catch (cause) {
      throw new StateDirectoryError(`${file} cannot be written (${String(cause)}): check STATE_DIR and its owner`, {
        cause,
      });
    }
  }

  private async text(name: string): Promise<string | undefined> {
    if (this.path === undefined) return this.memory.get(name);
    try {
      return await readFile(this.fileOf(name), 'utf8');
    } catch (cause) {
      if (systemErrorCode(cause) === 'ENOENT') return undefined;
      throw new StateDirectoryError(`${this.fileOf(name)} cannot be read (${String(cause)}): check its owner`, {
        cause,
      });
    }
  }

  private fileOf(name: string): string {
    return join(this.path ?? 'memory:', name);
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
