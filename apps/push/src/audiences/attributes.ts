import {
  type AttributeChanges,
  type AttributesView,
  type UserAttributes,
  userAttributes,
  type Uuid,
} from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { problems } from '@signalbox/http';
import { ATTRIBUTES, LOCK_ATTRIBUTES, PUT_ATTRIBUTES } from './attribute.queries.js';

/** What an app notes of its users, for segments. */
export class Attributes {
  constructor(private readonly database: Database) {}

  /** None of a user of whom nobody ever heard. */
  async of(appId: Uuid, userId: string): Promise<AttributesView> {
    const { rows } = await this.database.query<{ attributes: UserAttributes }>(ATTRIBUTES, [appId, userId]);
    return view(userId, rows[0]?.attributes ?? {});
  }

  replace(appId: Uuid, userId: string, wanted: UserAttributes): Promise<AttributesView> {
    return this.write(appId, userId, () => wanted);
  }

  /** @throws Problem 422 when there would be too many. */
  change(appId: Uuid, userId: string, changes: AttributeChanges): Promise<AttributesView> {
    return this.write(appId, userId, (before) => {
      const merged = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null);
      const parsed = userAttributes.safeParse(Object.fromEntries(merged));
      if (parsed.success) return parsed.data;
      const reason = `would leave the user with ${merged.length} attributes: ${parsed.error.issues[0]!.message}`;
      throw problems.invalid([{ pointer: '', reason }]);
    });
  }

  private write(
    appId: Uuid,
    userId: string,
    next: (before: UserAttributes) => UserAttributes,
  ): Promise<AttributesView> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ attributes: UserAttributes }>(LOCK_ATTRIBUTES, [appId, userId]);
      const attributes = next(rows[0]!.attributes);
      await tx.query(PUT_ATTRIBUTES, [appId, userId, JSON.stringify(attributes)]);
      return view(userId, attributes);
    });
  }
}

function view(userId: string, attributes: UserAttributes): AttributesView {
  const sorted = Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { userId, attributes: Object.fromEntries(sorted) };
}
