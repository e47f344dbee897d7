import { z } from 'zod';

/** What can be odd about a sign-in, or about a session that is in use. */
const ANOMALY_CODES = [
  'new_device',
  'new_country',
  'many_accounts',
  'two_networks',
  /** Somebody said "that was not me": the password is not taken until it was reset. */
  'password_reset_due',
] as const;
export type AnomalyCode = (typeof ANOMALY_CODES)[number];

/** What follows from an anomaly, from nothing to a refusal. */
export const ANOMALY_CONSEQUENCES = ['ignore', 'notify', 'step_up', 'refuse'] as const;
export type AnomalyConsequence = (typeof ANOMALY_CONSEQUENCES)[number];

/** Why, with the facts that the rule looked at: never an address, at most its kind (`ipv4`, `ipv6`, `private`), and no place. */
export const anomalyReason = z.object({
  code: z.enum(ANOMALY_CODES),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const ofAlert = z.object({
  userId: z.string(),
  /** Absent of a sign-in that was refused: there is no session. */
  sessionId: z.string().optional(),
  noticeId: z.string(),
});

/** The data of `auth.login_anomaly`. The token that answers it and the device's name are its encrypted content. */
export const loginAnomaly = ofAlert.extend({
  verdict: z.enum(ANOMALY_CONSEQUENCES).exclude(['ignore']),
  reasons: z.array(anomalyReason),
  country: z.string().optional(),
  occurredAt: z.iso.datetime(),
  /** Other sessions that are not answered for: whoever has one of them may be the stranger, and is not asked about this one. */
  inQuestion: z.array(z.string()).optional(),
});
export type LoginAnomaly = z.output<typeof loginAnomaly>;

/** The encrypted content of `auth.login_anomaly`: what only the user's own phones get. */
export const loginAnomalyContent = z.object({ token: z.string(), deviceName: z.string().optional() });
export type LoginAnomalyContent = z.output<typeof loginAnomalyContent>;

/** The data of `auth.login_anomaly_answered`: the user said so on a phone. */
export const loginAnomalyAnswered = ofAlert.extend({ answer: z.enum(['not_me', 'it_was_me']) });
