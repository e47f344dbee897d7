import { formatId, type Uuid } from '@signalbox/contracts';
import { z } from 'zod';

/** A signed-in device, as its owner and the app's backend see it. */
const sessionView = z.object({
  id: z.string(),
  clientId: z.string(),
  deviceName: z.string().nullable(),
  userAgent: z.string().nullable(),
  country: z
    .string()
    .nullable()
    .meta({ description: 'where it signed in from, ISO 3166-1, as far as the network tells' }),
  signedInAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  authenticatedAt: z.iso.datetime().meta({ description: 'when the user last proved who it is' }),
  acr: z.string(),
  amr: z.array(z.string()),
  current: z.boolean().optional().meta({ description: 'the session of the token that asks' }),
});
export type SessionView = z.output<typeof sessionView>;

export const sessionList = z.object({ items: z.array(sessionView) });

export interface SessionRow {
  readonly id: Uuid;
  readonly client_id: string;
  readonly device_name: string | null;
  readonly user_agent: string | null;
  readonly country: string | null;
  readonly auth_time: Date;
  readonly acr: string;
  readonly amr: string[];
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
}

export function viewOfSession(row: SessionRow): SessionView {
  return {
    id: formatId('session', row.id),
    clientId: row.client_id,
    deviceName: row.device_name,
    userAgent: row.user_agent,
    country: row.country,
    signedInAt: row.created_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    authenticatedAt: row.auth_time.toISOString(),
    acr: row.acr,
    amr: row.amr,
  };
}
