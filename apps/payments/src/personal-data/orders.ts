import type { Holding } from '@signalbox/personal-data';
import { UNLINK_ORDERS } from './personal-data.queries.js';

const AT_ONCE = 5_000;

/** An order stays, since it stops a second payment of it; whose it was goes. Its payments show what it was. */
export const orders: Holding = {
  name: 'orders',
  async erase(tx, { appId, userId, pseudonym }, at) {
    const { rows } = await tx.query<{ lookedAt: number; end: string | null; count: number }>(UNLINK_ORDERS, [
      appId,
      userId,
      at ?? '',
      AT_ONCE,
      pseudonym,
    ]);
    const { lookedAt, end, count } = rows[0]!;
    return { counts: { 'orders unlinked': count }, next: lookedAt === AT_ONCE ? (end ?? undefined) : undefined };
  },
};
