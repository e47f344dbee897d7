import { open, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { ProviderEvents } from '@openfeature/server-sdk';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { DocumentProvider } from './document-provider.js';
import { type FlagDocument, FlagsRefused, parseFlags } from './flag-document.js';

/** Larger is no file of flags, and is not read into memory to find that out. Bytes. */
const LARGEST = 1_000_000;

/**
 * What a file says, and says anew soon after a change. It is looked at by its path, and not watched: a mounted ConfigMap is a link to a
 * link to a folder that is swapped as a whole, and a watched inode would never hear of it; networks' file systems tell of nothing. One that
 * cannot be read any more, or is wrong, changes nothing: what was good last stays.
 */
export class FileProvider extends DocumentProvider {
  private said: FlagDocument = new Map();
  private seen = '';
  private readonly looking;

  constructor(
    private readonly path: string,
    lookEveryMs: number,
    private readonly told: { readonly logger: Logger; readonly onRefused: (isRefused: boolean) => void },
  ) {
    super('file');
    this.looking = new Chore(lookEveryMs, () => this.look());
  }

  protected get document(): FlagDocument {
    return this.said;
  }

  /** @throws FlagsRefused where there is nothing good to begin with. */
  async initialize(): Promise<void> {
    this.seen = await this.stamp();
    this.said = await this.read();
    this.looking.startLater();
  }

  onClose(): Promise<void> {
    return this.looking.stop();
  }

  private async look(): Promise<void> {
    const now = await this.stamp();
    if (now === this.seen) return;
    this.seen = now;
    let said: FlagDocument;
    try {
      said = await this.read();
    } catch (error) {
      this.told.onRefused(true);
      const detail = (error as Error).message;
      this.told.logger.error({ detail }, 'the file of flags is refused; what it said last stays in force');
      return;
    }
    this.told.onRefused(false);
    // Written while it was read, it is seen twice; or somebody took back what was wrong.
    if (isDeepStrictEqual(said, this.said)) return;
    this.said = said;
    this.told.logger.info({ count: this.said.size }, 'the file of flags has changed');
    this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: [...this.said.keys()] });
  }

  /** Another one whenever there may be another content; also of a file that is not there. */
  private async stamp(): Promise<string> {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(this.path, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unreadable';
    }
  }

  private async read(): Promise<FlagDocument> {
    return parseFlags(
      await this.text().catch((error: unknown) => {
        if (error instanceof FlagsRefused) throw error;
        throw new FlagsRefused(`it cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
      }),
    );
  }

  /** Of one and the same file, whatever takes its place meanwhile. */
  private async text(): Promise<string> {
    const file = await open(this.path);
    try {
      if ((await file.stat()).size > LARGEST) throw new FlagsRefused(`it has more than ${LARGEST} bytes`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  }
}
