import { z } from 'zod';
import type { BookedObject, BooksAnswer, GatewayBooks } from '../ledger/booking/gateway-books.js';
import type { StripeCalls } from './stripe-calls.js';

const ENDPOINT = '/v1/balance_transactions';
/** A charge has one, or one for each capture; Stripe takes no more in one page. */
const LIMIT = 100;

const list = z.object({ data: z.array(z.unknown()) });

/** Balance transactions by their source: one call for all of an object's, whichever of them its own fields name. */
export class SdkGatewayBooks implements GatewayBooks {
  constructor(private readonly calls: StripeCalls) {}

  async entriesOf({ appId, account, livemode, objectId }: BookedObject): Promise<BooksAnswer> {
    const path = `${ENDPOINT}?limit=${LIMIT}&source=${encodeURIComponent(objectId)}`;
    const answer = await this.calls.get({ appId, account, livemode, path, endpoint: ENDPOINT });
    switch (answer.kind) {
      case 'answered':
        return { kind: 'found', entries: list.parse(answer.body).data };
      case 'missing':
        return { kind: 'found', entries: [] };
      case 'later':
        return answer;
    }
  }
}
