import { telling, want } from './handler.js';

export const paymentMethodDetached = telling('payment_method', ({ after: { now } }) =>
  now.customer === undefined ? [want('detached', 'payment_method.detached', {})] : [],
);
