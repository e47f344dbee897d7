import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { randomKey } from './aes-gcm.js';
import { ContentBroken, ContentKey } from './content-key.js';
import { type DataKeyRow, offerKey, readKey, readKeyInUse } from './data-keys.queries.js';
import type { Envelope } from './envelope.js';
import { KeyCache } from './key-cache.js';
import { dataKeyContext } from './seal-context.js';

/** Encrypts under the data key `id`. */
export type ContentSealer = Pick<ContentKey, 'id' | 'encrypt'>;

/**
 * Encrypts personal content for the event log under one data key per app, made on first use. Deleting an app's data
 * keys makes its content unreadable everywhere within the cache's life of five minutes, without touching the log.
 *
 * A cached key costs no statement; requests that need the same key at once share one. Inside of a transaction that other
 * transactions wait for, make one of that transaction's own: a key that is not cached would need a second connection.
 */
export class ContentCipher {
  private readonly inUse = new KeyCache<ContentKey>();
  private readonly byId = new KeyCache<ContentKey>();

  constructor(
    private readonly database: Sql,
    private readonly envelope: Envelope,
  ) {}

  async encrypt(appId: Uuid, plain: Buffer | string): Promise<{ content: Buffer; dekId: Uuid }> {
    const key = await this.sealerOf(appId);
    return { content: key.encrypt(plain), dekId: key.id };
  }

  /** The app's key, for whoever encrypts in a moment; not to be kept longer. */
  sealerOf(appId: Uuid): Promise<ContentSealer> {
    return this.inUse.get(appId, () => this.findOrMake(appId));
  }

  /** The same, if it is at hand: nothing has to be waited for then. */
  recallSealer(appId: Uuid): ContentSealer | undefined {
    return this.inUse.recall(appId);
  }

  /** @throws ContentBroken when the key is gone (the content was shredded) or the content was altered. */
  async decrypt(appId: Uuid, dekId: Uuid, content: Uint8Array): Promise<Buffer> {
    const key = await this.byId.get(`${appId}/${dekId}`, () => this.find(appId, dekId));
    return key.decrypt(content);
  }

  private async findOrMake(appId: Uuid): Promise<ContentKey> {
    const known = await readKeyInUse(this.database, appId);
    if (known !== undefined) return this.opened(appId, known);
    const fresh = randomKey();
    await offerKey(this.database, appId, { id: newUuid(), sealed: this.envelope.seal(fresh, dataKeyContext(appId)) });
    // Of several processes that offered a key, all read back the one that won.
    const winner = await readKeyInUse(this.database, appId);
    if (winner === undefined)
      throw new ContentBroken(`the data key of app ${appId} was retired while it was being made`);
    return this.opened(appId, winner);
  }

  private async find(appId: Uuid, dekId: Uuid): Promise<ContentKey> {
    const row = await readKey(this.database, appId, dekId);
    if (row === undefined) throw new ContentBroken(`data key ${dekId} is gone: the content it protected was shredded`);
    return this.opened(appId, row);
  }

  private opened(appId: Uuid, row: DataKeyRow): ContentKey {
    return new ContentKey(row.id, appId, this.envelope.open(row.sealed, dataKeyContext(appId)));
  }
}
