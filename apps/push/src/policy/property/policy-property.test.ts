import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  LANES,
  newUuid,
  type NotificationAccepted,
  type PolicyDocument,
  type UserPreferences,
  type Uuid,
} from '@signalbox/contracts';
import { Envelope, loadMasterKey, saveCredential } from '@signalbox/credentials';
import { insertApp, sizeOfTest, usePostgres } from '@signalbox/testing';
import { lookUp } from '../../route/look-up.js';
import { routeDevices, writePlan } from '../../route/route-devices.js';
import type { RoutePlan } from '../../route/plan-route.js';
import type { StoredNotification } from '../../work/notifications-by-id.js';
import type { RouteItem } from '../../work/push-work.js';
import { Policies } from '../policies.js';
import { Preferences } from '../preferences.js';
import { exceeds, isNearSwitch, isQuiet, isWanted } from './oracle.harness.js';
import { CATEGORIES, pick, policyOf, preferencesOf, randomOf, zoneOf } from './people.harness.js';

const USERS = sizeOfTest('POLICY_USERS', 1_500);
const isLongForm = USERS > 1_500;
/** Looks at the clock before and behind each switch; one more is at it. */
const LOOKS = isLongForm ? 6 : 1;
const AT_ONCE = 4;
const SEED = 20_261_202;
const HOUR_MS = 3_600_000;
/** Where clocks are set forward or back: New York, Berlin, Lord Howe, Cairo; and an ordinary night. Berlin's 02:10 comes twice. */
const SWITCHES = [
  '2026-03-08T07:05:00Z',
  '2026-03-29T01:05:00Z',
  '2026-04-04T15:10:00Z',
  '2026-04-23T22:10:00Z',
  '2026-06-15T00:00:00Z',
  '2026-10-25T01:10:00Z',
  '2026-11-01T06:10:00Z',
];
/** Every third notification is for one of these, who come to feel their caps. */
const BUSY = 60;

jest.setTimeout(isLongForm ? 3_600_000 : 60_000);

interface Person {
  readonly userId: string;
  readonly app: App;
  readonly phoneZone: string | null;
  said: UserPreferences;
  readonly sends: { readonly at: number; readonly notification: Uuid; readonly category: string | undefined }[];
}

interface App {
  readonly id: Uuid;
  readonly document: PolicyDocument;
}

describe(`the policy, with ${USERS} random users`, () => {
  const postgres = usePostgres();
  const random = randomOf(SEED);
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
  const zones = Intl.supportedValuesOf('timeZone');
  const apps: App[] = [];
  const people: Person[] = [];
  const notifications = new Map<Uuid, StoredNotification>();
  let later: { readonly until: number; readonly item: RouteItem }[] = [];
  const wrong: unknown[] = [];
  const seen = { sent: 0, quietly: 0, delayed: 0, quiet: 0, unwanted: 0, capped: 0, again: 0 };

  beforeAll(async () => {
    const database = postgres.database();
    for (let made = 0; made < 6; made += 1) {
      const app = { id: await insertApp(database), document: policyOf(random) };
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const secret = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: pem };
      await saveCredential(database, envelope, { appId: app.id, provider: 'apns', secret });
      await new Policies(database).put(app.id, app.document, undefined);
      apps.push(app);
    }
    for (let made = 0; made < USERS; made += 1) {
      const said = preferencesOf(random, zones);
      const phoneZone = random() < 0.7 ? zoneOf(random, zones) : null;
      people.push({ userId: `user-${made}`, app: pick(random, apps), phoneZone, said, sends: [] });
    }
    await database.query(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, status, time_zone)
       SELECT id, app, id::text, "user", 'ios', 'apns', id::text, 'sandbox', 'active', zone
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS d (id, app, "user", zone)`,
      [
        people.map(() => newUuid()),
        people.map(({ app }) => app.id),
        people.map(({ userId }) => userId),
        people.map(({ phoneZone }) => phoneZone),
      ],
    );
    await database.query(
      `INSERT INTO push_user (app_id, user_id, choices, quiet_hours, time_zone)
       SELECT * FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::jsonb[], $5::text[])`,
      [
        people.map(({ app }) => app.id),
        people.map(({ userId }) => userId),
        people.map(({ said }) => JSON.stringify(said.choices)),
        people.map(({ said }) => (said.quietHours === null ? null : JSON.stringify(said.quietHours))),
        people.map(({ said }) => said.timeZone),
      ],
    );
  });

  const personOf = (app: Uuid, userId: string): Person => {
    const person = people[Number(userId.slice(5))]!;
    expect(person.app.id).toBe(app);
    return person;
  };

  function accept(now: number, group: readonly Person[]): RouteItem {
    const id = newUuid();
    const category = pick(random, [...CATEGORIES, undefined]);
    const payload: NotificationAccepted = {
      root: id,
      lane: pick(random, LANES),
      to: { userIds: group.map(({ userId }) => userId) },
      expiresAt: new Date(now + pick(random, [HOUR_MS, 12 * HOUR_MS, 72 * HOUR_MS])).toISOString(),
      ...(category !== undefined && { category }),
    };
    notifications.set(id, { id, appId: group[0]!.app.id, payload, content: Buffer.alloc(0), dekId: id });
    return { n: id };
  }

  async function route(items: readonly RouteItem[], now: number): Promise<RoutePlan> {
    const root = newUuid();
    return postgres.database().transaction(async (tx) => {
      const found = await lookUp(tx, items, notifications);
      const plan = await routeDevices(tx, root, found.addressed, found, now);
      await writePlan(tx, root, plan, now);
      return plan;
    });
  }

  /** Holds everything that was decided against what Intl and a few lines of plain code say. */
  function check(plan: RoutePlan, now: number, owners: ReadonlyMap<Uuid, Person>, unsure: ReadonlySet<Person>): void {
    const about = (n: Uuid, person: Person) => {
      const { payload } = notifications.get(n)!;
      const { document } = person.app;
      const category = payload.category === undefined ? undefined : document.categories[payload.category];
      const mode =
        category?.quietHours ?? (category?.mandatory || payload.lane === 'transactional' ? 'ignore' : 'delay');
      const windows = person.said.quietHours ?? document.defaults.quietHours ?? [];
      const zone = person.said.timeZone ?? person.phoneZone ?? document.defaults.timeZone;
      const isWithin = (ms: number): boolean => mode !== 'ignore' && isQuiet(windows, zone, ms);
      return { payload, category, mode, zone, isWithin, wanted: isWanted(document, person.said, payload.category) };
    };
    const report = (what: string, n: Uuid, person: Person, more: object = {}): void => {
      const { zone, mode } = about(n, person);
      const at = new Date(now).toISOString();
      wrong.push({
        what,
        at,
        zone,
        mode,
        said: person.said,
        quietHours: person.app.document.defaults.quietHours,
        ...more,
      });
    };
    for (const { n, v, q, w } of plan.children.flatMap(
      (work) => work.items as { n: Uuid; v: Uuid; q?: true; w?: number }[],
    )) {
      const person = owners.get(v)!;
      const { isWithin, mode, wanted, zone } = about(n, person);
      seen.sent += 1;
      if (!wanted && !unsure.has(person)) report('sent against the wish of the user', n, person);
      if (isWithin(now) && !q) report('sent inside a quiet window', n, person);
      if (q) seen.quietly += 1;
      if (q && (mode !== 'silent' || (!isWithin(now) && !isNearSwitch(zone, now))))
        report('silenced without a rule', n, person);
      if (w !== undefined) {
        seen.again += 1;
        const between = [0.1, 0.5, 0.9].map((part) => now + (w - now) * part);
        if (!q && between.some(isWithin)) report('not asked again before a quiet window', n, person, { w });
        if (!isWithin(w)) report('asked again for nothing', n, person, { w });
      }
      const { category } = notifications.get(n)!.payload;
      if (!person.sends.some((each) => each.notification === n))
        person.sends.push({ at: now, notification: n, category });
    }
    for (const { notification, deviceId, verdict, item } of plan.delays) {
      const person = owners.get(deviceId!)!;
      const { isWithin, mode, zone } = about(notification.id, person);
      seen.delayed += 1;
      if (mode !== 'delay') report('delayed without a rule', notification.id, person);
      if (!isWithin(now) && !isNearSwitch(zone, now)) report('delayed by day', notification.id, person);
      if (isWithin(verdict.until))
        report('delayed into a quiet window', notification.id, person, { until: verdict.until });
      if (!isWithin(verdict.until - 60_000) && !isNearSwitch(zone, verdict.until))
        report('delayed for too long', notification.id, person);
      later.push({ until: verdict.until, item });
    }
    for (const { notification, deviceId, reason } of plan.refusals) {
      const person = owners.get(deviceId)!;
      const { isWithin, mode, wanted, zone } = about(notification.id, person);
      if (reason === 'opted_out' || reason === 'not_opted_in') {
        seen.unwanted += 1;
        if (wanted && !unsure.has(person)) report('refused although it is wanted', notification.id, person);
      } else if (reason === 'quiet_hours') {
        seen.quiet += 1;
        if (mode !== 'drop' && mode !== 'delay') report('refused without a rule', notification.id, person);
        if (!isWithin(now) && !isNearSwitch(zone, now)) report('refused by day', notification.id, person);
      } else if (reason === 'frequency_cap') {
        seen.capped += 1;
      } else report(`refused as ${reason}`, notification.id, person);
    }
  }

  it('sends nothing inside a quiet window, nothing after an opt-out, nothing beyond a cap, and refuses nothing that no rule refuses', async () => {
    const database = postgres.database();
    const { rows } = await database.query<{ id: Uuid; appId: Uuid; userId: string }>(
      'SELECT id, app_id AS "appId", user_id AS "userId" FROM device',
    );
    const owners = new Map(rows.map(({ id, appId, userId }) => [id, personOf(appId, userId)]));
    const preferences = new Preferences(database);
    const capped: { readonly person: Person; readonly at: number; readonly category: string | undefined }[] = [];
    for (const moment of SWITCHES.map(Date.parse)) {
      const before = Array.from({ length: LOOKS }, () => moment - Math.floor(random() * 16 * 3_600) * 1_000);
      const after = Array.from({ length: LOOKS }, () => moment + Math.floor(random() * 16 * 3_600) * 1_000);
      for (const now of [...before, moment, ...after].toSorted((one, other) => one - other)) {
        const change = async (person: Person): Promise<void> => {
          const said = preferencesOf(random, zones);
          await preferences.put(person.app.id, person.userId, said, 'user');
          person.said = said;
        };
        for (const person of Array.from({ length: 10 }, () => pick(random, people))) await change(person);
        // Some make up their minds at this very moment: either is right for them, and nothing else of them is changed.
        const unsure = new Set(Array.from({ length: 5 }, () => pick(random, people)));
        const out = (person: Person) => ({ ...person.said, choices: { '*': 'out' as const } });
        const optOuts = [...unsure].map((person) => preferences.put(person.app.id, person.userId, out(person), 'user'));
        const due = later.filter(({ until }) => until <= now);
        later = later.filter(({ until }) => until > now);
        const batches = Array.from({ length: AT_ONCE }, (_, place) => {
          const fresh = Array.from({ length: USERS / 50 }, () => {
            const first = pick(random, random() < 0.3 ? people.slice(0, BUSY) : people);
            const others = Array.from({ length: 2 }, () => pick(random, people)).filter(({ app }) => app === first.app);
            return accept(now, [...new Set([first, ...others])]);
          });
          return [...due.filter((_, index) => index % AT_ONCE === place).map(({ item }) => item), ...fresh];
        });
        // A part is routed twice, in two transactions at once: it counts once.
        batches[1]!.push(...batches[0]!.slice(0, 5));
        const plans = await Promise.all(batches.map((items) => route(items, now)));
        await Promise.all(optOuts);
        for (const plan of plans) {
          check(plan, now, owners, unsure);
          for (const { notification, deviceId, reason } of plan.refusals) {
            if (reason !== 'frequency_cap') continue;
            capped.push({ person: owners.get(deviceId)!, at: now, category: notification.payload.category });
          }
        }
        for (const person of unsure) person.said = out(person);
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    for (const {
      app: { document },
      sends,
    } of people) {
      const optional = sends.filter(
        ({ category }) => category === undefined || !document.categories[category]!.mandatory,
      );
      const meters = [
        { caps: document.defaults.caps, moments: optional.map(({ at }) => at) },
        ...CATEGORIES.map((name) => ({
          caps: document.categories[name]!.caps ?? [],
          moments: sends.filter(({ category }) => category === name).map(({ at }) => at),
        })),
      ];
      for (const { caps, moments } of meters) {
        for (const { max, perSeconds } of caps) expect(exceeds(moments, max, perSeconds)).toBe(false);
      }
    }
    const full = capped.filter(
      ({
        person: {
          app: { document },
          sends,
        },
        at,
        category,
      }) => {
        const own = category === undefined ? undefined : document.categories[category]!;
        const within = (each: { at: number }, perSeconds: number): boolean =>
          each.at <= at && each.at > at - perSeconds * 1_000;
        const all = own?.mandatory ? [] : document.defaults.caps;
        return (
          all.some((cap) => sends.filter((each) => within(each, cap.perSeconds)).length >= cap.max) ||
          (own?.caps ?? []).some(
            (cap) =>
              sends.filter((each) => each.category === category && within(each, cap.perSeconds)).length >= cap.max,
          )
        );
      },
    );
    expect(full).toHaveLength(capped.length);
    // The run would mean little if one of these had hardly happened.
    expect(Object.values(seen).every((count) => count > 5)).toBe(true);
  });
});
