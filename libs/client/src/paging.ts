import type { Page } from '@signalbox/contracts';
import type { CallOptions } from './notifications.js';

/** Which page of a list. */
export interface PageOptions extends CallOptions {
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1 to 100; 50 unless told. */
  readonly limit?: number;
}

export function queryOf({ after, limit }: PageOptions): Record<string, string | undefined> {
  return { after, limit: limit?.toString() };
}

/** The items of a list, each page of which is read when its first item is wanted. A page may be empty and not the last. */
export async function* itemsOf<Item>(
  readPage: (after: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, undefined> {
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<Item> = await readPage(after);
    yield* page.items;
    after = page.next;
  }
}
