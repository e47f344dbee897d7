import type { Uuid } from '@signalbox/contracts';
import { ContentBroken, type ContentCipher } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { LoggedEvent } from '@signalbox/event-log';
import { CONTENTS } from './notices.queries.js';

interface Sealed {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly content: Buffer;
  readonly dekId: Uuid;
}

/** The encrypted parts of some facts, opened; one without such a part, or whose key is gone, is missing from the map. */
export async function openContents(
  tx: Sql,
  cipher: ContentCipher,
  facts: readonly LoggedEvent[],
): Promise<ReadonlyMap<Uuid, unknown>> {
  if (facts.length === 0) return new Map();
  const ids = facts.map(({ id }) => id).sort();
  const { rows } = await tx.query<Sealed>(CONTENTS, [ids, ids[0], ids.at(-1)]);
  const opened = await Promise.all(rows.map(async (row) => [row.id, await open(cipher, row)] as const));
  return new Map(opened.filter(([, content]) => content !== undefined));
}

async function open(cipher: ContentCipher, { appId, dekId, content }: Sealed): Promise<unknown> {
  try {
    return JSON.parse((await cipher.decrypt(appId, dekId, content)).toString());
  } catch (error) {
    // Shredded meanwhile: the user is told without it.
    if (error instanceof ContentBroken) return undefined;
    throw error;
  }
}
