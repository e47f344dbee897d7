import {
  formatId,
  type PolicyDocument,
  type PreferencesView,
  type UserPreferences,
  type Uuid,
} from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { problems } from '@signalbox/http';
import { changedPointers } from './changed-pointers.js';
import { readStanding } from './standing.js';
import { LOCK_PREFERENCES, PREFERENCES, PUT_PREFERENCES } from './preferences.queries.js';

interface PreferencesRow extends UserPreferences {
  readonly updatedAt: Date;
}

const NOTHING_SAID: UserPreferences = { choices: {}, quietHours: null, timeZone: null, locale: null };

/** What users want to hear of, and when. */
export class Preferences {
  constructor(private readonly database: Database) {}

  /** Also of a user who never said anything, or of whom nobody ever heard. */
  async of(appId: Uuid, userId: string): Promise<PreferencesView> {
    const { rows } = await this.database.query<PreferencesRow>(PREFERENCES, [appId, userId]);
    return view(userId, rows[0]);
  }

  /**
   * Replaces them. In force for everything that is routed after it.
   *
   * @throws Problem 422 for an opt-out of a category that is mandatory.
   */
  put(appId: Uuid, userId: string, wanted: UserPreferences, by: 'user' | 'app'): Promise<PreferencesView> {
    return this.database.transaction(async (tx) => {
      const { policyOf } = await readStanding(tx, [appId], []);
      refuseMandatory(wanted, policyOf(appId).document);
      const { rows: earlier } = await tx.query<PreferencesRow>(LOCK_PREFERENCES, [appId, userId]);
      const { choices, quietHours, timeZone, locale } = wanted;
      const { rows } = await tx.query<PreferencesRow>(PUT_PREFERENCES, [
        appId,
        userId,
        JSON.stringify(choices),
        quietHours === null ? null : JSON.stringify(quietHours),
        timeZone,
        locale,
      ]);
      const changed = changedPointers(said(earlier[0] ?? NOTHING_SAID), said(wanted), '', 1);
      if (changed.length > 0) {
        const data = { userId, changed, by };
        await append(tx, [{ appId, type: 'preferences.changed', subject: formatId('app', appId), data }]);
      }
      return view(userId, rows[0]);
    });
  }
}

function refuseMandatory({ choices }: UserPreferences, { categories }: PolicyDocument): void {
  const refused = Object.keys(choices).filter(
    (name) => choices[name] === 'out' && Object.hasOwn(categories, name) && categories[name]!.mandatory,
  );
  if (refused.length === 0) return;
  const reason = 'is a mandatory category of this app, which nobody opts out of; leave it out';
  throw problems.invalid(refused.map((name) => ({ pointer: `/choices/${name}`, reason })));
}

/** In one order, however the database keeps it. */
function said({ choices, quietHours, timeZone, locale }: UserPreferences): UserPreferences {
  const sorted = Object.fromEntries(Object.entries(choices).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const windows = quietHours?.map(({ days, start, end }) => ({ ...(days && { days }), start, end })) ?? null;
  return { choices: sorted, quietHours: windows, timeZone, locale };
}

function view(userId: string, row: PreferencesRow | undefined): PreferencesView {
  return { userId, ...said(row ?? NOTHING_SAID), updatedAt: row?.updatedAt.toISOString() ?? null };
}
