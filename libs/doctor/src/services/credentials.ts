import type { CredentialCheck } from '@signalbox/contracts';
import { spoken } from '../durations.js';
import { type Finding, teller } from '../finding.js';

const told = teller('credentials');
const DAY_S = 86_400;
const DAYS_OF_WARNING = 30;

const RUNBOOKS = {
  apns: 'apns-refuses.md',
  fcm: 'apns-refuses.md',
  webpush: undefined,
  stripe: undefined,
  braintree: undefined,
} as const;

/** What a dry run came to, and when what it rests on ends. `app`: as people call it. */
export function judgeCredential(app: string, check: CredentialCheck, now: number): Finding[] {
  return [judgeVerdict(app, check), ...judgeEnd(app, check, now)];
}

function judgeVerdict(app: string, { provider, of, verdict, said, remedy }: CredentialCheck): Finding {
  const seen = `${app}: ${provider} (${of}): ${said}`;
  switch (verdict) {
    case 'works':
      return told.ok(seen);
    case 'limited':
      return told.warning(seen, remedy ?? 'give it the rights that are missing', RUNBOOKS[provider]);
    case 'refused':
      return told.wrong(
        seen,
        remedy ?? `put the right credential: signalbox credential put ${provider}`,
        RUNBOOKS[provider],
      );
    case 'unreadable':
      return told.wrong(seen, remedy ?? 'give the service the MASTER_KEY that sealed it as well', 'restore.md');
    case 'unreachable':
      return told.warning(
        seen,
        remedy ?? 'see that the provider can be reached from where the service runs, and its status page',
        RUNBOOKS[provider],
      );
  }
}

function judgeEnd(app: string, { provider, endsAt }: CredentialCheck, now: number): Finding[] {
  if (endsAt === undefined) return [];
  const left = (Date.parse(endsAt) - now) / 1_000;
  const remedy = `put the credential with a new certificate: signalbox credential put ${provider}`;
  if (left <= 0) return [told.wrong(`${app}: the certificate of ${provider}'s endpoint ended at ${endsAt}`, remedy)];
  if (left > DAYS_OF_WARNING * DAY_S) return [];
  return [told.warning(`${app}: the certificate of ${provider}'s endpoint ends in ${spoken(left)}`, remedy)];
}
