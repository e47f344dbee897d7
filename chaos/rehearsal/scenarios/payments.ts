import type { Scenario } from '../scenario.ts';
import { GATEWAY_CALLS } from './payments-calls.ts';
import { STRIPE_EVENTS } from './payments-events.ts';
import { STRIPE_WEBHOOKS } from './payments-webhooks.ts';

/** Gateways, and what they tell. */
export const PAYMENTS: readonly Scenario[] = [...STRIPE_WEBHOOKS, ...STRIPE_EVENTS, ...GATEWAY_CALLS];
