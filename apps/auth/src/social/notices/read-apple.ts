import { z } from 'zod';
import type { NoticeKind, ProviderNotice } from './provider-notice.js';

/** `events` is JSON inside of a JSON string. */
const claims = z.object({ jti: z.string().min(1).max(255), events: z.string().max(8_192) });
const event = z.object({ type: z.string(), sub: z.string().min(1).max(255) });

const KINDS: Readonly<Record<string, NoticeKind>> = {
  'consent-revoked': 'consent_revoked',
  'account-deleted': 'account_deleted',
  // Its name before 2025.
  'account-delete': 'account_deleted',
};

/** https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts. Undefined: not one. */
export function readApple(payload: unknown, parse: (json: string) => unknown): ProviderNotice | undefined {
  const outer = claims.safeParse(payload).data;
  const inner = outer && event.safeParse(parse(outer.events)).data;
  return inner && { jti: outer.jti, kind: KINDS[inner.type] ?? 'other', subject: inner.sub };
}
