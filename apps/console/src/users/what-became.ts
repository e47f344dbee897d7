import type { NotificationAccepted } from '@signalbox/contracts';

/** One notification that was for a user, and what became of it on the user's own devices. */
export interface ForUser {
  readonly accepted: NotificationAccepted;
  readonly deliveries: readonly { readonly state: string; readonly reason: string | null; readonly provider: string }[];
  readonly decisions: readonly { readonly type: string; readonly payload: Readonly<Record<string, unknown>> }[];
}

/** In a few words, and whether it is what everybody wanted. */
export interface Became {
  readonly kind: 'good' | 'bad' | 'waits';
  readonly words: string;
}

const ARRIVED: ReadonlySet<string> = new Set(['sent', 'delivered', 'opened']);
const UNDER_WAY: ReadonlySet<string> = new Set(['retrying', 'sending']);

/** Whether a provider took it, whatever the phone said since. */
export const hasArrived = (state: string): boolean => ARRIVED.has(state);

/** What became of a notification for this user: the best that happened on any of their devices, else why nothing did. */
export function whatBecame({ accepted, deliveries, decisions }: ForUser, userId: string, now: number): Became {
  const arrived = deliveries.filter(({ state }) => hasArrived(state));
  if (arrived.length > 0) {
    const best = ['opened', 'delivered', 'sent'].find((state) => arrived.some((each) => each.state === state))!;
    return { kind: 'good', words: `${best}, ${counted(arrived.length)}${andOthers(deliveries)}` };
  }
  if (deliveries.some(({ state }) => UNDER_WAY.has(state))) return { kind: 'waits', words: 'an attempt is still owed' };
  if (deliveries.length > 0) return { kind: 'bad', words: reasonsOf(deliveries) };
  return withoutDelivery(accepted, decisions, userId, now);
}

function withoutDelivery(
  { sendAt, expiresAt }: NotificationAccepted,
  decisions: ForUser['decisions'],
  userId: string,
  now: number,
): Became {
  const last = (type: string) => decisions.findLast((each) => each.type === type)?.payload;
  if (last('notification.cancelled') !== undefined) return { kind: 'bad', words: 'cancelled before it was routed' };
  const undeliverable = last('notification.undeliverable');
  if (undeliverable !== undefined) return { kind: 'bad', words: `no phone: ${text(undeliverable['reason'])}` };
  const routed = last('notification.routed');
  if (routed !== undefined && list(routed['withoutDevice']).includes(userId)) {
    const isSuspect = list(routed['onlySuspect']).includes(userId);
    return { kind: 'bad', words: isSuspect ? 'no phone: only_suspect_devices' : 'no phone: no_active_device' };
  }
  const delayed = last('notification.delayed');
  if (delayed !== undefined) return { kind: 'waits', words: `put off: ${text(delayed['rule'])}` };
  if (sendAt !== undefined && typeof sendAt === 'string' && Date.parse(sendAt) > now) {
    return { kind: 'waits', words: `asked for ${sendAt}` };
  }
  return Date.parse(expiresAt) < now
    ? { kind: 'bad', words: 'expired before it was routed' }
    : { kind: 'waits', words: 'not routed yet' };
}

function reasonsOf(deliveries: ForUser['deliveries']): string {
  return [...new Set(deliveries.map(({ state, reason }) => (reason === null ? state : `${state}: ${reason}`)))].join(
    '; ',
  );
}

function andOthers(deliveries: ForUser['deliveries']): string {
  const others = deliveries.filter(({ state }) => !hasArrived(state));
  return others.length === 0 ? '' : `; ${reasonsOf(others)}`;
}

const counted = (phones: number): string => (phones === 1 ? '1 device' : `${phones} devices`);
const text = (value: unknown): string => (typeof value === 'string' ? value : 'no reason given');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
