import type { NotificationAccepted, NotificationRequest } from '@signalbox/contracts';
import type { Composed } from './composer.js';
import type { Timing } from './timing.js';

/** What the log and the feed say of a notification; what it says is not among it. `trace`: where it was asked for, as a `traceparent`. */
export function acceptedData(
  to: NotificationRequest['to'] | NotificationAccepted['to'],
  { options, template }: Pick<Composed, 'options' | 'template'>,
  { told }: Timing,
  trace?: string,
): Omit<NotificationAccepted, 'root'> {
  const { priority, category, collapseKey, silent } = options;
  return {
    lane: priority,
    to: to as NotificationAccepted['to'],
    ...told,
    ...(category === undefined ? {} : { category }),
    ...(collapseKey === undefined ? {} : { collapseKey }),
    ...(template === undefined ? {} : { template }),
    ...(silent === true ? { silent } : {}),
    ...(trace === undefined ? {} : { trace }),
  };
}
