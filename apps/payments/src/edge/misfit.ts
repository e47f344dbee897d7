import type { KnownSource } from '../sources/known-sources.js';
import type { EventFacts } from '../receive/received-event.js';

/** An event that Stripe sent to the wrong one of our sources. */
export interface Misfit {
  /**
   * `refuse`: the destination is set up wrongly at Stripe, and goes on failing until somebody puts it right. `ignore`: that is
   * how Stripe is, and failing would only get the destination disabled.
   */
  readonly what: 'refuse' | 'ignore';
  readonly code: string;
  readonly detail: string;
}

/** Whether an event is for this source. Undefined: it is. */
export function misfitOf(event: EventFacts, source: KnownSource): Misfit | undefined {
  if (event.shape !== source.shape) return { what: 'refuse', ...wrongShape(event) };
  if (event.livemode !== source.livemode) return wrongMode(event, source);
  if (source.scope === 'account' && event.account !== '') {
    return {
      what: 'refuse',
      code: 'wrong_scope',
      detail: `The event is of the connected account ${event.account}, and this source takes those of the account itself: let the destination listen to "your account", or post to a source with scope connect.`,
    };
  }
  if (source.scope === 'connect' && event.account === '') {
    return {
      what: 'refuse',
      code: 'wrong_scope',
      detail:
        'The event is of the account itself, and this source takes those of connected accounts: let the destination listen to "connected accounts", or post to a source with scope account.',
    };
  }
  return undefined;
}

function wrongShape({ shape }: EventFacts): Pick<Misfit, 'code' | 'detail'> {
  return shape === 'thin'
    ? {
        code: 'wrong_shape',
        detail:
          'This is a thin event, and the source takes snapshots: set the payload style of the destination to snapshot, or post to a source with shape thin.',
      }
    : {
        code: 'wrong_shape',
        detail:
          'This is a snapshot event, and the source takes thin ones: set the payload style of the destination to thin, or post to a source with shape snapshot.',
      };
}

function wrongMode({ livemode, account }: EventFacts, source: KnownSource): Misfit {
  const [came, wanted] = livemode ? ['live', 'test'] : ['test', 'live'];
  return {
    // A live destination for connected accounts gets their test events too: https://docs.stripe.com/connect/webhooks
    what: source.scope === 'connect' && account !== '' && !livemode ? 'ignore' : 'refuse',
    code: 'wrong_mode',
    detail: `This is a ${came} event, and the source belongs to an app in mode ${wanted}: post it to a source of an app in mode ${came}.`,
  };
}
