import { formatId } from '@signalbox/contracts';
import { tellSpan } from '@signalbox/telemetry';
import type { AttemptOutcome } from '../providers/push-provider.js';
import { alarmLabel } from './alarm-label.js';
import type { ToldAttempt } from './told-attempt.js';

/** A span of the call, within that of the work row, and linked to the request that asked for the notification. */
export function traceAttempt({ provider, item, message, outcome, milliseconds, trace }: ToldAttempt): void {
  const facts = {
    'signalbox.provider': provider,
    'signalbox.lane': message.options.priority,
    'signalbox.attempt': item.a,
    'signalbox.outcome': outcome.kind,
    'signalbox.notification': formatId('notification', item.n),
    'signalbox.delivery': formatId('delivery', item.d),
    ...('reason' in outcome && { 'signalbox.reason': alarmLabel(outcome.reason) }),
  };
  const failed = hasFailed(outcome) ? outcome.kind : undefined;
  tellSpan({ name: `send ${provider}`, kind: 'call', facts, links: [trace] }, milliseconds, failed);
}

/** It will be tried again, or a person has to look at it. That a phone is gone is an answer. */
function hasFailed({ kind, alarm }: AttemptOutcome): boolean {
  return (
    alarm === true || kind === 'retry' || kind === 'ambiguous' || kind === 'hold-credential' || kind === 'hold-project'
  );
}
