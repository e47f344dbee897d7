import { z } from 'zod';
import type { NoticeKind, ProviderNotice } from './provider-notice.js';

const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const OAUTH = 'https://schemas.openid.net/secevent/oauth/event-type/';

const detail = z.object({
  subject: z.object({ iss: z.string(), sub: z.string().min(1).max(255) }).optional(),
  reason: z.string().optional(),
});
const claims = z.object({
  jti: z.string().min(1).max(255),
  events: z.record(z.string(), z.unknown()).refine((events) => Object.keys(events).length === 1),
});

/**
 * https://developers.google.com/identity/protocols/risc: a security event token has one event, under its URI. Undefined: not one.
 *
 * @param issuers under which the provider may name the person.
 */
export function readGoogle(payload: unknown, issuers: readonly string[]): ProviderNotice | undefined {
  const outer = claims.safeParse(payload).data;
  if (outer === undefined) return undefined;
  const [[uri, told] = ['', {}]] = Object.entries(outer.events);
  const said = detail.safeParse(told).data;
  const subject = said?.subject;
  if (said === undefined || (subject !== undefined && !issuers.includes(subject.iss))) return undefined;
  return { jti: outer.jti, kind: kindOf(uri, said.reason), subject: subject?.sub };
}

function kindOf(uri: string, reason: string | undefined): NoticeKind {
  switch (uri) {
    case `${RISC}sessions-revoked`:
      return 'sessions_revoked';
    case `${OAUTH}tokens-revoked`:
      return 'tokens_revoked';
    case `${RISC}account-disabled`:
      return reason === 'hijacking' ? 'account_hijacked' : 'account_disabled';
    case `${RISC}account-enabled`:
      return 'account_enabled';
    case `${RISC}account-purged`:
      return 'account_deleted';
    default:
      return 'other';
  }
}
