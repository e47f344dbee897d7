import { stateOfRefund } from '../transaction-state.js';
import type { RefundState } from '../../gateway.js';
import { receivedAt } from './sale-facts.js';
import type { Sighting } from './sighting.js';
import { since, type Wanted } from './wanted.js';

interface GivenBack {
  readonly id: string;
  readonly amount: number;
  readonly status: RefundState['status'];
  readonly occurredAt: string | undefined;
}

const ENDED = {
  succeeded: 'refund.succeeded',
  failed: 'refund.failed',
  canceled: 'refund.canceled',
  pending: undefined,
  requires_action: undefined,
} as const satisfies Record<RefundState['status'], string | undefined>;

/** What is told of money that goes back, each refund and the sum; `told`: the sum that was told last. */
export function factsOfGivingBack(
  { sale, refunds }: Sighting,
  told: { readonly sum: number; readonly times: number },
): Wanted[] {
  const all: GivenBack[] = refunds.map((refund) => ({
    ...stateOfRefund(refund),
    id: refund.id,
    occurredAt: since(refund),
  }));
  // A void of what had counted as received gives all of it back, under the sale's own id.
  if (sale.status === 'voided' && receivedAt(sale) !== undefined)
    all.push({ id: sale.id, amount: sale.amount, status: 'succeeded', occurredAt: since(sale) });
  const { currency } = sale;
  const wanted = all.flatMap(({ id, amount, status, occurredAt }): Wanted[] => {
    const base = { gatewayRef: id, subject: 'object', occurredAt, data: { refundId: id, amount, currency } } as const;
    const ended = ENDED[status];
    return [
      { ...base, effect: `refund:${id}:created`, type: 'refund.created' },
      ...(ended === undefined ? [] : [{ ...base, effect: `refund:${id}:${status}`, type: ended }]),
    ];
  });
  const sum = all
    .filter(({ status }) => status === 'succeeded' || status === 'pending')
    .reduce((total, { amount }) => total + amount, 0);
  if (sum === told.sum) return wanted;
  return [
    ...wanted,
    {
      effect: givenBackEffect(sum, told.times + 1),
      type: 'payment.refunded',
      gatewayRef: sale.id,
      subject: 'payment',
      data: { amount: sale.amount, currency, amountRefunded: sum },
    },
  ];
}

const GIVEN_BACK = /^given_back:(\d+):(\d+)$/;

/** A sum may be told again after another was. */
const givenBackEffect = (sum: number, time: number): string => `given_back:${sum}:${time}`;

/** What was told last of what went back. */
export function toldOf(effects: readonly string[]): { readonly sum: number; readonly times: number } {
  const told = effects.flatMap((effect) => {
    const [, sum, time] = GIVEN_BACK.exec(effect) ?? [];
    return sum === undefined ? [] : [{ sum: Number(sum), times: Number(time) }];
  });
  return told.sort((a, b) => b.times - a.times)[0] ?? { sum: 0, times: 0 };
}
