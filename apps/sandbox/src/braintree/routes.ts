import type { Route } from './api/route.js';
import { disputeRoutes } from './disputes/dispute-routes.js';
import { transactionRoutes } from './payments/transaction-routes.js';
import { vaultRoutes } from './vault/vault-routes.js';

/** Everything that the API has; all else is answered with 404. */
export const ROUTES: readonly Route[] = [...vaultRoutes, ...transactionRoutes, ...disputeRoutes];
