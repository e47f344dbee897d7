import { z } from 'zod';
import { keptData } from '../events.js';
import { pageOf, pageQuery } from './page.js';

/** The services that hold personal data, in the order in which they are named to people. */
export const PERSONAL_DATA_SERVICES = ['auth', 'push', 'payments', 'events'] as const;

export const dataRequestParams = z.strictObject({ id: z.string().meta({ description: '`drq_...`' }) });

/** Ids of users are the app's own, or ours (`usr_...`): no longer than any service takes them. */
export const dataSubjectParams = z.strictObject({
  userId: z.string().min(1).max(256).meta({ description: '`usr_...`, or your own id of the user' }),
});
/** The operator belongs to no app, and an app's own id says nothing of it. */
export const dataSubjectQuery = z.strictObject({
  appId: z.string().optional().meta({ description: 'for the operator, where `userId` is an app’s own' }),
});

const counts = z.record(z.string(), z.int());

const dataRequestStep = z.object({
  service: z.string(),
  state: z.enum(['not_answered', 'under_way', 'waiting', 'done']).meta({
    description: 'not_answered: the service has not read of it yet; waiting: somebody it needs does not answer',
  }),
  reason: z.string().nullable().meta({ description: 'why it waits' }),
  counts,
  kept: z.array(keptData).meta({ description: 'what it had to keep, and why' }),
  endedAt: z.iso.datetime().nullable(),
});

export const dataRequestView = z.object({
  id: z.string(),
  kind: z.enum(['erasure', 'export']),
  state: z.enum(['open', 'overdue', 'done', 'expired']).meta({
    description: 'overdue: a service has not answered in time, and is asked on; expired: the archive was thrown away',
  }),
  user: z.string().meta({ description: 'who it is about: `usr_...`, or a pseudonym of your own id' }),
  requestedAt: z.iso.datetime(),
  dueAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  archiveExpiresAt: z.iso.datetime().nullable(),
  services: z.array(dataRequestStep),
});
export type DataRequestView = z.output<typeof dataRequestView>;

/** The answer to whoever asks; the ticket is shown this once. */
export const dataRequestAnswer = dataRequestView.extend({
  ticket: z.string().nullable().meta({
    description: 'opens GET /v1/receipts/{ticket} without an account; null: asked for before, and shown then',
  }),
});
export type DataRequestAnswer = z.output<typeof dataRequestAnswer>;

export const dataRequestPage = pageOf(dataRequestView);

export const dataReceiptView = z.object({
  state: dataRequestView.shape.state,
  receipt: z.string().nullable().meta({ description: 'a JWS (ES256); null until everybody is done' }),
  key: z.record(z.string(), z.unknown()).nullable().meta({
    description: 'the public JWK that verifies it; while it is in use, /oauth/jwks shows it as well',
  }),
});
export type DataReceiptView = z.output<typeof dataReceiptView>;

export const archiveLink = z.object({
  path: z.string().meta({ description: 'on this service; good for one download' }),
  expiresAt: z.iso.datetime(),
});
export type ArchiveLink = z.output<typeof archiveLink>;

export const dataRequestQuery = pageQuery.extend({
  state: z.enum(['open', 'overdue', 'done', 'expired']).optional(),
});

const auditEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string().meta({ description: '`operator`, `key_...`, `cli_...`, `usr_...`, or `link`: whoever had a link' }),
  action: z.enum(['read', 'export', 'download', 'erase']),
  what: z.array(z.string()),
  requestId: z.string().nullable(),
  network: z.string().nullable().meta({ description: 'of a `link`: the /24 or /48 from which it was opened' }),
});
export type AuditEntry = z.output<typeof auditEntry>;
export const auditPage = pageOf(auditEntry);
