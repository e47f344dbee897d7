import { formatId, type Lane, newUuid, type Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import type { Fact } from '@signalbox/event-log';
import { type NewWork } from '@signalbox/queues';
import type { Judged } from '../policy/judge.js';
import type { Refused } from '../policy/verdict.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import { isBroadcast } from '../work/is-broadcast.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import type { SendItem } from '../work/push-work.js';
import { providerQueueOf } from '../work/queue-of-lane.js';
import type { Addressed, ResolvedDevice } from './addressed.js';
import { type Delay, delayFacts, delayItem } from './delays.js';
import { inRows } from './in-rows.js';
import type { Proofs } from './proofs.js';
import { type CurrentCredentials, providerOf } from './provider-of.js';
import { routingFacts } from './routing-facts.js';

/** A device that will not be tried, and why. Final. */
export interface Refusal {
  readonly deliveryId: Uuid;
  readonly notification: StoredNotification;
  readonly deviceId: Uuid;
  readonly provider: string;
  readonly reason: string;
  /** The verdict of the app's policy that it follows from. */
  readonly verdict?: Refused;
}

/** Everything that routing writes. */
export interface RoutePlan {
  readonly children: readonly NewWork[];
  readonly refusals: readonly Refusal[];
  readonly delays: readonly Delay[];
  /** Besides those of refusals, which are told when they turn out to be news. */
  readonly facts: readonly Fact[];
}

/** Says of a device that could be sent to what the policy says. */
export type JudgedOf = (addressed: Addressed, device: ResolvedDevice) => Judged | undefined;

/** Users without a phone whose own time has not come (wait-for-phones.ts). */
export type WaitingOf = ReadonlyMap<Addressed, readonly Delay[]>;

interface Planned {
  readonly provider: Provider;
  readonly lane: Lane;
  readonly appId: Uuid;
  readonly credentialId: Uuid;
  readonly item: SendItem;
}

/**
 * Decides, without touching anything, what becomes of each device: an item of child work, grouped by credential and lane, a part
 * of the notification that is routed later, or a refusal with its reason.
 */
export function planRoute(
  rootId: Uuid,
  addressed: readonly Addressed[],
  credentials: CurrentCredentials,
  proofs: Proofs,
  judgedOf: JudgedOf,
  waitingOf: WaitingOf,
): RoutePlan {
  const planned: Planned[] = [];
  const refusals: Refusal[] = [];
  const delays: Delay[] = [];
  const facts: Fact[] = [];
  const decided = new Set<Uuid>();
  for (const each of addressed) {
    const { notification, item } = each;
    const [passedOver, chosen] = passedOverAndChosen(each, proofs);
    const waiting = waitingOf.get(each) ?? [];
    delays.push(...waiting);
    const delayed: ResolvedDevice[] = [];
    for (const device of chosen) {
      const provider = providerOf(device);
      const deliveryId = deliveryIdOf(notification.id, device.id);
      // A phone that two items of a row lead to, since a user was asked about again, gets it once.
      if (decided.has(deliveryId)) continue;
      decided.add(deliveryId);
      const refuse = (reason: string, verdict?: Refused): void => {
        const why = { reason, ...(verdict === undefined ? {} : { verdict }) };
        refusals.push({ deliveryId, notification, deviceId: device.id, provider, ...why });
      };
      const { appId, payload } = notification;
      const judged = judgedOf(each, device);
      const credential = credentials[provider].get(appId);
      if (judged === undefined || credential === undefined) {
        refuse(device.status === 'active' ? 'no_credential' : `device_${device.status}`);
      } else if (item.v !== undefined && item.u !== undefined && device.userId !== item.u) {
        refuse(device.userId === null ? 'device_signed_out' : 'device_changed_user');
      } else if (judged.verdict.verdict === 'refuse') {
        refuse(judged.verdict.reason, judged.verdict);
      } else if (judged.verdict.verdict === 'delay') {
        delayed.push(device);
        const { id: deviceId, userId } = device;
        delays.push({ notification, userId, deviceId, verdict: judged.verdict, item: delayItem(each, device) });
      } else {
        const isProof = isProven(each, device, proofs);
        const sendItem = sendItemOf(each, device, judged, deliveryId, isProof);
        planned.push({ provider, lane: payload.lane, appId, credentialId: credential.id, item: sendItem });
      }
    }
    if (item.v !== undefined && each.devices.length === 0)
      refusals.push(refusedUnseen(notification, item.v, 'device_unknown'));
    facts.push(...routingFacts(each, { chosen, delayed, passedOver, waiting }));
  }
  return { children: childWorks(rootId, planned), refusals, delays, facts: [...facts, ...delayFacts(delays)] };
}

/** Written member by member: routing makes one for each phone, and copies of objects that are mostly empty were a good part of it. */
function sendItemOf(
  { notification: { id, payload }, item }: Addressed,
  device: ResolvedDevice,
  { verdict, expiresAt, locale }: Judged,
  deliveryId: Uuid,
  isProof: boolean,
): SendItem {
  const made: { -readonly [Key in keyof SendItem]: SendItem[Key] } = {
    d: deliveryId,
    n: id,
    v: device.id,
    a: item.a ?? 1,
  };
  if (isBroadcast(payload.to) && device.userId !== null) made.u = device.userId;
  if (expiresAt !== undefined) made.e = expiresAt;
  if (isProof) made.p = true;
  if (verdict.verdict === 'send') {
    if (verdict.quietly) made.q = true;
    if (providerOf(device) === 'fcm' && verdict.quietChannelId !== undefined) made.h = verdict.quietChannelId;
    if (verdict.askAgainAt !== undefined) made.w = verdict.askAgainAt;
  }
  if (payload.template !== undefined && locale !== undefined) made.l = locale;
  if (item.c !== undefined) made.c = item.c;
  return made;
}

/** What is addressed to a user passes over suspect devices; an installation or a phone that was named gets a reason. */
export function passedOverAndChosen(each: Addressed, proofs: Proofs): [ResolvedDevice[], ResolvedDevice[]] {
  const isNamed = each.item.v !== undefined || 'installationId' in each.notification.payload.to;
  const isPassedOver = (device: ResolvedDevice): boolean =>
    device.status === 'suspect' && !isNamed && !isProven(each, device, proofs);
  return [each.devices.filter(isPassedOver), each.devices.filter((device) => !isPassedOver(device))];
}

/** Whether it tries if a suspect device is alive. */
export function isProven({ notification, item }: Addressed, device: ResolvedDevice, proofs: Proofs): boolean {
  return device.status === 'suspect' && (item.p === true || proofs.get(notification.id)?.has(device.id) === true);
}

/** Of a phone that nobody looked at, or that is not there any more: who would have been asked is in its delivery, if it has one. */
export function refusedUnseen(notification: StoredNotification, deviceId: Uuid, reason: string): Refusal {
  return { deliveryId: deliveryIdOf(notification.id, deviceId), notification, deviceId, provider: 'unknown', reason };
}

/** The fact that the feed tells of a refusal. */
export function refusalFact({ notification, deliveryId, deviceId, provider, reason, verdict }: Refusal): Fact {
  return {
    appId: notification.appId,
    type: 'delivery.refused',
    subject: formatId('notification', notification.id),
    data: {
      deliveryId: formatId('delivery', deliveryId),
      deviceId: formatId('device', deviceId),
      provider,
      attempt: 0,
      reason,
      ...(verdict && { rule: verdict.rule, policyVersion: verdict.policyVersion }),
      ...(verdict?.passesFrom !== undefined && { passesFrom: new Date(verdict.passesFrom).toISOString() }),
    },
  };
}

function childWorks(rootId: Uuid, planned: readonly Planned[]): NewWork[] {
  const groups = Map.groupBy(planned, (each) => `${each.credentialId}/${each.lane}`);
  return [...groups.values()].flatMap((group) => {
    const { provider, lane, appId, credentialId } = group[0]!;
    const work = { rootId, queue: providerQueueOf(provider, lane), lane, appId, credentialId };
    return inRows(group.map((each) => each.item)).map((items) => ({ id: newUuid(), ...work, items }));
  });
}
