import { EVENT_TYPES, type EventType, timeOfUuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { answerPersonalDataRequests, logHolding, type PersonalDataAnswers } from '@signalbox/personal-data';
import type { Logger } from '@signalbox/telemetry';
import type { PaymentGateway } from '../gateway/gateway.js';
import { customers, namesAtStripe } from './customers.js';
import type { LegalHold } from './legal-hold.js';
import { orders } from './orders.js';
import { payments } from './payments.js';
import { stripeObjects, subscribing } from './stripe-objects.js';

const ABOUT_MONEY = /^(payment|refund|dispute|fraud_warning|setup|payment_method|subscription|invoice|payout)[.]/;
const TYPES = (Object.keys(EVENT_TYPES) as EventType[]).filter((type) => ABOUT_MONEY.test(type));

/** What payments holds of a user. Money that moved stays on the books, and nobody is named there. */
export function paymentsPersonalData(parts: {
  readonly database: Database;
  readonly envelope: Envelope;
  readonly gateways: readonly PaymentGateway[];
  readonly hold: LegalHold;
  readonly logger: Logger;
}): PersonalDataAnswers {
  const { database, gateways, hold } = parts;
  return answerPersonalDataRequests({
    ...parts,
    service: 'payments',
    alsoKnownAs: namesAtStripe,
    holdings: [
      customers(database, gateways),
      subscribing,
      payments(hold),
      orders,
      stripeObjects,
      logHolding({
        name: 'facts about money',
        types: TYPES,
        since: 'always',
        show: async (_person, { id, type, subject, payload }) => ({
          at: new Date(timeOfUuid(id)).toISOString(),
          type,
          subject,
          ...payload,
        }),
      }),
      logHolding({ name: 'late facts about money', types: TYPES, since: 'request' }),
    ],
  });
}
