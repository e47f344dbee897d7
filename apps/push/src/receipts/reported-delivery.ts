import { firstUuidAt, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { providerOf } from '../route/provider-of.js';
import { deliveryIdOf, replayIdOf } from '../work/delivery-id.js';
import { ACCEPTED_AT, PHONES_OF_REPORTERS, REPLAYED_AT, REPORTED } from './receipts.queries.js';
import { installationOf, type Reporter, userOf } from './reporter.js';

/** Nothing was accepted later than now, by the clock of whichever process. */
const CLOCKS_DIFFER_MS = 3_600_000;

/** What somebody says something of. */
export interface Report {
  readonly reporter: Reporter;
  readonly deliveryId: Uuid;
}

/** The delivery meant by a report, to a phone of whoever reports it. */
export interface ReportedDelivery {
  readonly notificationId: Uuid;
  readonly deviceId: Uuid;
  readonly provider: string;
  readonly replayOf?: Uuid;
}

/** Finds the deliveries, in the order of the reports; undefined for one that was never made, or not to this reporter's phone. */
export async function reportedDeliveries(
  database: Database,
  reports: readonly Report[],
): Promise<(ReportedDelivery | undefined)[]> {
  const ids = reports.map((each) => each.deliveryId);
  const sorted = ids.toSorted();
  const { rows } = await database.query<ReportedDelivery & { place: number }>(REPORTED, [
    ids,
    reports.map(({ reporter }) => reporter.appId),
    reports.map(({ reporter }) => userOf(reporter)),
    reports.map(({ reporter }) => installationOf(reporter)),
    sorted[0],
    sorted.at(-1),
  ]);
  const found = new Map<Report, ReportedDelivery>(rows.map(({ place, ...row }) => [reports[place - 1]!, row]));
  const latest = Date.now() + CLOCKS_DIFFER_MS;
  const missing = reports.filter((each) => !found.has(each) && timeOfUuid(each.deliveryId) <= latest);
  const early = missing.length === 0 ? [] : await notYetRecorded(database, missing);
  missing.forEach((each, index) => early[index] && found.set(each, early[index]));
  return reports.map((each) => found.get(each));
}

interface Phone {
  readonly id: Uuid;
  readonly targetKind: string;
  readonly installationId: string;
}

interface Accepted {
  readonly id: Uuid;
  /** The one phone that it is for, if it is for one. */
  readonly installationId: string | null;
}

interface Letter {
  readonly id: Uuid;
  readonly notificationId: Uuid;
  readonly deviceId: Uuid;
  readonly targetKind: string;
}

/**
 * A phone may be faster than the commit that says it was sent. The id of a delivery is computed from the notification and the
 * device and carries the notification's time: what was accepted in that millisecond for this reporter is tried.
 */
async function notYetRecorded(
  database: Database,
  reports: readonly Report[],
): Promise<(ReportedDelivery | undefined)[]> {
  const reporters = [
    reports.map(({ reporter }) => reporter.appId),
    reports.map(({ reporter }) => userOf(reporter)),
    reports.map(({ reporter }) => installationOf(reporter)),
  ];
  const times = reports.map(({ deliveryId }) => timeOfUuid(deliveryId));
  const moments = [...reporters, times.map((time) => firstUuidAt(time)), times.map((time) => firstUuidAt(time + 1))];
  const [phones, accepted, letters] = await Promise.all([
    database.query<Phone & { place: number }>(PHONES_OF_REPORTERS, reporters),
    database.query<Accepted & { place: number }>(ACCEPTED_AT, moments),
    database.query<Letter & { place: number }>(REPLAYED_AT, moments),
  ]);
  const [phonesOf, acceptedOf, lettersOf] = [byPlace(phones.rows), byPlace(accepted.rows), byPlace(letters.rows)];
  return reports.map(({ deliveryId }, index) => {
    const place = index + 1;
    return (
      firstSending(deliveryId, phonesOf.get(place) ?? [], acceptedOf.get(place) ?? []) ??
      replay(deliveryId, lettersOf.get(place) ?? [])
    );
  });
}

function firstSending(
  deliveryId: Uuid,
  phones: readonly Phone[],
  accepted: readonly Accepted[],
): ReportedDelivery | undefined {
  for (const { id: notificationId, installationId } of accepted) {
    const phone = phones.find(
      (each) =>
        (installationId === null || installationId === each.installationId) &&
        deliveryIdOf(notificationId, each.id) === deliveryId,
    );
    if (phone !== undefined) return { notificationId, deviceId: phone.id, provider: providerOf(phone) };
  }
  return undefined;
}

function replay(deliveryId: Uuid, letters: readonly Letter[]): ReportedDelivery | undefined {
  const letter = letters.find(({ id, notificationId }) => replayIdOf(notificationId, id) === deliveryId);
  if (letter === undefined) return undefined;
  const { id: replayOf, notificationId, deviceId } = letter;
  return { notificationId, deviceId, provider: providerOf(letter), replayOf };
}

function byPlace<Row extends { readonly place: number }>(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  return Map.groupBy(rows, ({ place }) => place);
}
