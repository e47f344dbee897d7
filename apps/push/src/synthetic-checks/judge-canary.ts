import { formatId, type Uuid } from '@signalbox/contracts';
import type { Tried } from '@signalbox/synthetic-checks';
import type { AttemptOutcome } from '../providers/push-provider.js';

/** A quota and its like: not the credential is wrong. */
const TOO_MUCH = new Set([429]);

/** What a message to the test device came to. Whatever a provider says about the device, it says to a credential that it takes. */
export function judgeCanary(device: Uuid, outcome: AttemptOutcome): Tried {
  const of = `test device ${formatId('device', device)}`;
  const status = outcome.raw.status;
  const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
  const said = typeof status === 'number' ? `${status} ${reason}` : reason;
  switch (outcome.kind) {
    case 'sent':
      return { of, verdict: 'works', said: `${said}: the provider took it for the device` };
    case 'gone':
    case 'suspect':
    case 'rejected':
    case 'expired':
      return {
        of,
        verdict: 'limited',
        said,
        remedy: 'the credential is taken, and the test device is not reached: register it again, or name another',
      };
    case 'retry':
    case 'ambiguous':
      return { of, verdict: 'unreachable', said };
    case 'hold-credential':
    case 'hold-project':
      return TOO_MUCH.has(Number(status))
        ? { of, verdict: 'unreachable', said: `${said}: its quota is used up` }
        : { of, verdict: 'refused', said, remedy: 'put the right credential; what it means is in the runbook' };
  }
}
