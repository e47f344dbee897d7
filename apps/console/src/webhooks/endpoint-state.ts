import { type Html, html } from '@signalbox/html';
import { ago } from '../pages/times.js';
import type { WebhookEndpoint } from './read-webhooks.js';

const REASONS = {
  requested: 'somebody asked for it',
  gone: 'it answered 410 Gone',
  failing: 'nothing but failures for five days',
} as const;

/** How an endpoint is doing, in a word. */
export function endpointChip({ enabled, failingSince, pausedUntil }: WebhookEndpoint): Html {
  if (!enabled) return html`<span class="chip bad">disabled</span>`;
  if (pausedUntil !== null) return html`<span class="chip waits">paused</span>`;
  return failingSince === null
    ? html`<span class="chip good">well</span>`
    : html`<span class="chip bad">failing</span>`;
}

/** The same in a sentence. */
export function howItIs({
  enabled,
  disabledReason,
  disabledAt,
  failingSince,
  pausedUntil,
}: WebhookEndpoint): Html | string {
  if (!enabled) {
    const why = disabledReason === null ? 'nobody knows why' : REASONS[disabledReason];
    return html`It gets nothing: ${why}${disabledAt === null ? '' : html`, ${ago(disabledAt.toISOString())}`}.`;
  }
  if (pausedUntil !== null) return html`After failures in a row it is tried again ${ago(pausedUntil.toISOString())}.`;
  return failingSince === null
    ? 'It takes what it is sent.'
    : html`It has taken nothing since ${ago(failingSince.toISOString())}; attempts go on.`;
}
