import {
  type DryRunAnswer,
  type DryRunRecipient,
  formatId,
  type NotificationAccepted,
  type Uuid,
} from '@signalbox/contracts';
import { previewOf } from '../payloads/preview.js';
import type { SendItem } from '../work/push-work.js';
import type { ResolvedDevice } from '../route/addressed.js';
import { providerOf } from '../route/provider-of.js';
import type { Composed } from './composer.js';
import type { Rehearsal } from './rehearsal.js';

const RECIPIENTS_SHOWN = 500;

/** What would be sent to whom, in the words of an answer. */
export function viewDryRun(composed: Composed, payload: NotificationAccepted, rehearsal: Rehearsal): DryRunAnswer {
  const recipients = recipientsOf(rehearsal);
  const count = (outcome: DryRunRecipient['outcome']): number =>
    recipients.filter((each) => each.outcome === outcome).length;
  return {
    dryRun: true,
    ...(composed.template && { template: composed.template }),
    ...(payload.category !== undefined && { category: payload.category }),
    expiresAt: payload.expiresAt,
    locales: Object.fromEntries(
      [...composed.wordings].map(([locale, words]) => [locale, previewOf(words, composed.options)]),
    ),
    devices: { send: count('send'), delay: count('delay'), refuse: count('refuse') },
    recipients: recipients.slice(0, RECIPIENTS_SHOWN),
    withoutDevice: withoutDevice(rehearsal, recipients),
  };
}

/** In the order in which they were found: users as they were asked for, suspect phones that are passed over left out. */
function recipientsOf({ addressed, plan }: Rehearsal): DryRunRecipient[] {
  const sent = new Map(
    plan.children.flatMap(({ items }) => (items as readonly SendItem[]).map((item) => [item.v, item])),
  );
  const refused = new Map(plan.refusals.map((refusal) => [refusal.deviceId, refusal]));
  const delayed = new Map(plan.delays.map((delay) => [delay.deviceId, delay.verdict]));
  const outcomeOf = (id: Uuid): Omit<DryRunRecipient, 'deviceId' | 'userId' | 'provider'> | undefined => {
    const item = sent.get(id);
    if (item !== undefined) {
      return { outcome: 'send', ...(item.l !== undefined && { locale: item.l }), ...(item.q && { quietly: true }) };
    }
    const delay = delayed.get(id);
    if (delay !== undefined) {
      const { reason, rule, until } = delay;
      return { outcome: 'delay', reason, rule, until: new Date(until).toISOString() };
    }
    const refusal = refused.get(id);
    if (refusal === undefined) return undefined;
    return { outcome: 'refuse', reason: refusal.reason, ...(refusal.verdict && { rule: refusal.verdict.rule }) };
  };
  const devices: ResolvedDevice[] = addressed.flatMap((each) => each.devices);
  return devices.flatMap((device) => {
    const outcome = outcomeOf(device.id);
    if (outcome === undefined) return [];
    return [
      { deviceId: formatId('device', device.id), userId: device.userId, provider: providerOf(device), ...outcome },
    ];
  });
}

/** Who was asked for and has no phone, or only suspect ones. */
function withoutDevice({ addressed }: Rehearsal, recipients: readonly DryRunRecipient[]): string[] {
  const shown = new Set(recipients.map(({ deviceId }) => deviceId));
  return addressed.flatMap(({ asked, devices }) => {
    const reached = new Set(devices.filter(({ id }) => shown.has(formatId('device', id))).map(({ of }) => of));
    return asked.filter((each) => !reached.has(each));
  });
}
