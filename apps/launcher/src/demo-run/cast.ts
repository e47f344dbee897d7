import type { NotificationRequestInput } from '@signalbox/server';
import type { SandboxPhone } from '../demo/sandbox-phone.js';
import type { ClassPlan } from './class-plan.js';
import type { DemoClass } from './demo-class.js';

/** A user of one run, the phones they have, and what is sent to them. */
export interface Recipient {
  readonly of: DemoClass;
  readonly userId: string;
  readonly phones: readonly SandboxPhone[];
  readonly request: NotificationRequestInput;
}

/**
 * The users of a run, classes mixed so that the kinds come together as they would in life.
 *
 * @param run a name that no run before had: users, phones and tokens follow from it.
 */
export function castOf({ classes }: ClassPlan, run: string): Recipient[] {
  const cast = classes.flatMap(({ of, count }, place) =>
    Array.from({ length: count }, (_, index) => ({
      position: (index + 0.5) / count,
      recipient: recipientOf(of, `${run}-${place}-${index}`),
    })),
  );
  return cast.sort((one, other) => one.position - other.position).map(({ recipient }) => recipient);
}

function recipientOf(of: DemoClass, name: string): Recipient {
  const userId = `demo-${name}`;
  return {
    of,
    userId,
    phones: of.phones.map((phone, index) => ({ ...phone, installationId: `${userId}-${index}` })),
    request: {
      to: { userId },
      content: { title: 'Signalbox demo', body: of.name },
      ...(of.options && { options: of.options }),
    },
  };
}
