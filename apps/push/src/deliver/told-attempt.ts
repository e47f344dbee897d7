import type { Provider } from '@signalbox/credentials';
import type { AttemptOutcome, PushMessage } from '../providers/push-provider.js';
import type { SendItem } from '../work/push-work.js';

/** An attempt that was answered. */
export interface ToldAttempt {
  readonly provider: Provider;
  readonly item: SendItem;
  readonly message: PushMessage;
  readonly outcome: AttemptOutcome;
  /** From the call to its outcome. */
  readonly milliseconds: number;
  /** For how long its work row had been due when it was begun. */
  readonly queuedMs: number;
  /** Where in a trace the notification was asked for. */
  readonly trace: string | undefined;
}
