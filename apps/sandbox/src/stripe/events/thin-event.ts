import { createHash } from 'node:crypto';
import type { StripeEvent, ThinEvent } from '../objects/event.js';
import { type Kind, PATHS } from '../objects/kinds.js';
import type { Shown } from '../objects/stripe-object.js';
import { randomText } from '../wire/ids.js';

/**
 * The thin event of the same change: it names the object instead of showing it. Its id follows from the snapshot's, so it
 * need not be kept.
 */
export function thinEventOf(event: StripeEvent): ThinEvent {
  const { id, object: kind } = event.data.object;
  const path = Object.hasOwn(PATHS, kind) ? PATHS[kind as Kind] : undefined;
  return {
    id: thinIdOf(event.id),
    object: 'v2.core.event',
    type: `v1.${event.type}`,
    livemode: false,
    created: new Date(event.created * 1000).toISOString(),
    ...(event.account !== undefined && { context: event.account }),
    reason: event.request.id === null ? null : { type: 'request', request: event.request },
    related_object: path === undefined || id === undefined ? null : { id, type: kind, url: `${path}/${id}` },
    snapshot_event: event.id,
  };
}

export function thinIdOf(snapshotId: string): string {
  const digest = createHash('sha256').update(snapshotId).digest('base64url').replaceAll(/[-_]/g, '0');
  return `evt_test_65${digest.slice(0, 30)}`;
}

/** An event of this type could not be generated for this object: Stripe says so once it knows, as a thin event only. */
export function generationFailure(type: string, object: Shown, context: string | undefined, at: number): ThinEvent {
  const when = new Date(at * 1000).toISOString();
  const { id, object: kind } = object;
  return {
    id: `evt_test_65${randomText(30)}`,
    object: 'v2.core.event',
    type: 'v2.core.health.event_generation_failure.resolved',
    livemode: false,
    created: when,
    reason: null,
    related_object: null,
    data: {
      alert_id: `halert_${randomText(40)}`,
      grouping_key: `_grouping_${randomText(40)}`,
      impact: {
        ...(context !== undefined && { context }),
        event_type: type,
        related_object_id: id,
        related_object: { id, type: kind, url: `https://dashboard.stripe.com/${kind}s/${id}` },
      },
      resolved_at: when,
      summary: 'We have failed to create a notification for your Stripe account.',
    },
  };
}

/** What is sent of a thin event: its data has to be fetched. */
export function notificationOf({ data: _fetched, ...notification }: ThinEvent): object {
  return notification;
}
