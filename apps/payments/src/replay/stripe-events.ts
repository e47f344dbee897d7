import {
  formatId,
  parseId,
  type Page,
  type StripeEventHistory,
  type StripeEventQuery,
  type StripeEventView,
  type Uuid,
} from '@signalbox/contracts';
import { ContentBroken, type ContentCipher } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { viewEvent } from './event-view.js';
import { CONTENT_OF, EFFECTS_OF } from './event.queries.js';
import { select, selectByIds } from './selection.js';

/** The log of Stripe's events, to look into. Everything is bound to an app: another app's event is not there. */
export class StripeEvents {
  constructor(
    private readonly database: Database,
    private readonly cipher: ContentCipher,
  ) {}

  async list(appId: Uuid, { after, limit, ...selection }: StripeEventQuery): Promise<Page<StripeEventView>> {
    const before = after === undefined ? undefined : parseId('stripeEvent', after);
    if (after !== undefined && before === undefined) return { items: [], next: null };
    const { events, next } = await select(this.database, appId, selection, { before, limit });
    return { items: events.map(viewEvent), next: next === undefined ? null : formatId('stripeEvent', next) };
  }

  /** One event with its body and what it made happen; `id` may be Stripe's own, of the app's own account. */
  async find(appId: Uuid, id: string): Promise<StripeEventHistory | undefined> {
    const [row] = await selectByIds(this.database, appId, [id], undefined);
    if (row === undefined) return undefined;
    const { rows: effects } = await this.database.query<{ effect: string; fact: Uuid; at: Date }>(EFFECTS_OF, [
      row.objectKey,
      row.id,
    ]);
    return {
      ...viewEvent(row),
      effects: effects.map(({ effect, fact, at }) => {
        return { effect, event: formatId('event', fact), at: at.toISOString() };
      }),
      body: await this.bodyOf(appId, row.id),
    };
  }

  private async bodyOf(appId: Uuid, id: Uuid): Promise<unknown> {
    const [sealed] = (await this.database.query<{ content: Buffer; dekId: Uuid }>(CONTENT_OF, [id])).rows;
    if (sealed === undefined) return null;
    try {
      return JSON.parse((await this.cipher.decrypt(appId, sealed.dekId, sealed.content)).toString()) as unknown;
    } catch (error) {
      if (error instanceof ContentBroken) return null;
      throw error;
    }
  }
}
