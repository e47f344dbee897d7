import { type Explanation, formatId, timeOfUuid } from '@signalbox/contracts';
import { END_OF_TIME, HELD_BY_FLAG } from '../holds/hold.queries.js';
import { traceIdOf } from '@signalbox/telemetry';
import { type DeviceOfStory, hintsOf } from './devices-of-story.js';
import type { NotificationHistory, OpenItem } from './notification-history.js';
import { statusOf } from './notification-view.js';
import { totalOf } from '../receipts/receipt-counts.js';

/**
 * What was asked, decided, tried, answered, and what happens next: from one id. `devices` are those it did not reach, as
 * they are now.
 */
export function explain(history: NotificationHistory, devices: readonly DeviceOfStory[]): Explanation {
  const { root: _root, trace, ...asked } = history.accepted;
  const traceId = traceIdOf(trace);
  const acceptedAt = new Date(timeOfUuid(history.id)).toISOString();
  return {
    id: formatId('notification', history.id),
    status: statusOf(history),
    because: because(history) + hintsOf(history, devices),
    asked,
    timeline: [
      { at: acceptedAt, what: 'notification.accepted', data: { lane: asked.lane } },
      ...history.facts.map((fact) => ({ at: fact.at.toISOString(), what: fact.type, data: fact.payload })),
    ],
    next: [...history.open.map(nextSentence), ...openLetters(history).map(letterSentence)],
    ...(traceId !== undefined && { traceId }),
  };
}

function because(history: NotificationHistory): string {
  const { open, deliveries, facts } = history;
  const held = open.find((item) => item.heldUntil !== null);
  if (held) return `The provider credential is on hold ${untilWhen(held)}: ${held.holdReason}.`;
  switch (statusOf(history)) {
    case 'cancelled':
      return 'It was cancelled before anybody got it.';
    case 'accepted':
      return 'It is stored and waits to be routed to devices.';
    case 'scheduled':
      return `It is sent at ${nextTime(open)}, as asked.`;
    case 'delayed':
      return `Everybody whom it may reach gets it later, from ${nextTime(open)} on: ${rulesOf(facts, 'notification.delayed')}.`;
    case 'sending':
      return `${open.length} of its deliveries ${open.length === 1 ? 'is' : 'are'} still owed an attempt.`;
    case 'sent':
      return `At least one provider took it; ${whatPhonesSaid(history)}.`;
    case 'undeliverable':
      return whyUndeliverable(facts);
    case 'refused':
      return `The policy of the app kept it from everybody: ${rulesOf(facts, 'delivery.refused')}.`;
    case 'failed':
      return `No provider took it: ${[...new Set(deliveries.map((each) => `${each.state} (${each.reason ?? 'no reason given'})`))].join(', ')}.`;
  }
}

/** Only a phone can say whether it is there. */
function whatPhonesSaid({ receipts }: NotificationHistory): string {
  const { delivered, opened, dismissed } = totalOf(receipts);
  if (delivered === 0) return 'whether a phone showed it only the phone can say';
  return `${delivered} ${delivered === 1 ? 'phone has' : 'phones have'} it, opened on ${opened}, dismissed on ${dismissed}`;
}

function nextTime(open: readonly OpenItem[]): string {
  return new Date(Math.min(...open.map(({ dueAt }) => dueAt.getTime()))).toISOString();
}

/** The rules that facts of one type name, each once. */
function rulesOf(facts: NotificationHistory['facts'], type: string): string {
  const rules = facts.filter((fact) => fact.type === type).flatMap(({ payload }) => (payload['rule'] ?? []) as string);
  return [...new Set(rules)].join('; ');
}

function whyUndeliverable(facts: NotificationHistory['facts']): string {
  switch (facts.find((fact) => fact.type === 'notification.undeliverable')?.payload['reason']) {
    case 'crashes_worker':
      return 'Routing it ended every process that tried, so it was given up.';
    case 'only_suspect_devices':
      return 'All devices of its recipients were suspect when it was routed: a provider refused their tokens, and they get nothing until they register again or one try a day later succeeds.';
    case 'only_devices_warned_of':
      return 'All devices of its recipient were registered by the session that it warns of, and that one is not asked.';
    default:
      return 'None of its recipients had an active device when it was routed.';
  }
}

/** Dead deliveries that nobody has replayed or discarded. */
function openLetters({ deliveries, facts }: NotificationHistory): string[] {
  const resolved = new Set(
    facts
      .filter(({ type }) => type === 'delivery.replayed' || type === 'delivery.discarded')
      .map(({ payload }) => payload['deliveryId']),
  );
  return deliveries
    .filter(({ state }) => state === 'dead')
    .map(({ id }) => formatId('delivery', id))
    .filter((id) => !resolved.has(id));
}

function letterSentence(id: string): string {
  return `${id} is a dead letter and stays one until somebody acts: POST /v1/dead-letters/${id}/replay sends it again.`;
}

function nextSentence(item: OpenItem): string {
  if (item.deliveryId === null) return routeSentence(item);
  const what = `Attempt ${item.attempt} at ${formatId('delivery', item.deliveryId)}`;
  if (item.heldUntil) return `${what} after the hold, which lasts ${untilWhen(item)} (${item.holdReason}).`;
  return item.leased === true ? `${what} is under way.` : `${what} is due at ${item.dueAt.toISOString()}.`;
}

function routeSentence({ isLater, dueAt }: OpenItem): string {
  const when = isLater ? ` at ${dueAt.toISOString()}; the policy is asked again then` : '';
  return `To be routed to the devices of its recipients${when}.`;
}

/** A hold of an operator may have no end, and that of a flag is lengthened for as long as it is off. */
function untilWhen({ heldUntil, holdReason }: OpenItem): string {
  if (holdReason === HELD_BY_FLAG) return 'until a flag is turned on';
  return heldUntil!.getTime() === Date.parse(END_OF_TIME)
    ? 'until an operator ends it'
    : `until ${heldUntil!.toISOString()}`;
}
