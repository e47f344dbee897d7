import type { Uuid } from '@signalbox/contracts';

/** What the entries are about. */
export interface BookedObject {
  readonly appId: Uuid;
  readonly account: string;
  readonly livemode: boolean;
  readonly objectId: string;
}

/**
 * - `found`: the entries about an object, as they came;
 * - `later`: no answer now: ask again after `ms` milliseconds.
 */
export type BooksAnswer =
  | { readonly kind: 'found'; readonly entries: readonly unknown[] }
  | { readonly kind: 'later'; readonly ms: number; readonly reason: string };

/** Asks Stripe what it has in its books about an object. Never throws for anything that Stripe does; keeps to its rate limits. */
export interface GatewayBooks {
  entriesOf(object: BookedObject): Promise<BooksAnswer>;
}
