import type { Agent } from 'node:http';
import type { BraintreeCredential } from '@signalbox/credentials';
import braintree from 'braintree';
import { watchedAgent } from './sending.js';

export interface SaleRequest {
  readonly amount: string;
  readonly merchantAccountId: string;
  readonly orderId: string;
  readonly paymentMethodNonce?: string;
  readonly paymentMethodToken?: string;
  readonly transactionSource?: 'unscheduled';
  readonly options: { readonly submitForSettlement: boolean };
}

export interface CustomerDetails {
  readonly email?: string;
  readonly firstName?: string;
  readonly phone?: string;
}

/** Criteria of a search are said by calling. */
export interface TransactionSearch {
  orderId(): { is(value: string): void };
}

/**
 * What we use of Braintree's SDK. Its answers are read by schemas of ours (`read-answer.ts`): @types/braintree, which is not
 * Braintree's own, knows neither `orderId` of a refund nor which fields may be absent.
 */
export interface BraintreeSdk {
  readonly transaction: {
    sale(request: SaleRequest): Promise<unknown>;
    submitForSettlement(id: string, amount?: string): Promise<unknown>;
    void(id: string): Promise<unknown>;
    refund(id: string, options: { readonly amount?: string; readonly orderId: string }): Promise<unknown>;
    find(id: string): Promise<unknown>;
    search(criteria: (search: TransactionSearch) => void): AsyncIterable<unknown>;
  };
  readonly dispute: { find(id: string): Promise<unknown> };
  readonly customer: {
    create(request: CustomerDetails & { readonly id: string }): Promise<unknown>;
    find(id: string): Promise<unknown>;
    /** With all that is saved of them; transactions stay. */
    delete(id: string): Promise<unknown>;
  };
  readonly clientToken: {
    generate(request: { readonly customerId?: string; readonly merchantAccountId?: string }): Promise<unknown>;
  };
  readonly webhookNotification: {
    parse(signature: string, payload: string): Promise<unknown>;
    /** @throws an error of type invalidChallengeError. */
    verify(challenge: string): string;
  };
}

/** The SDK with keys. `agent`: its connections, which whoever opened it ends. */
export function openSdk(keys: BraintreeCredential): { readonly sdk: BraintreeSdk; readonly agent: Agent } {
  const { merchantId, publicKey, privateKey, endpoint } = keys;
  const origin = endpoint === undefined ? undefined : new URL(endpoint.origin);
  const agent = watchedAgent(origin?.protocol === 'http:' ? 'http' : 'https');
  const config = {
    environment: environmentOf(keys, origin),
    merchantId,
    publicKey,
    privateKey,
    customHttpAgent: agent,
  };
  return { sdk: new braintree.BraintreeGateway(config) as unknown as BraintreeSdk, agent };
}

function environmentOf({ environment }: BraintreeCredential, origin: URL | undefined): braintree.Environment {
  if (origin === undefined)
    return environment === 'production' ? braintree.Environment.Production : braintree.Environment.Sandbox;
  const isSecure = origin.protocol === 'https:';
  const port = origin.port === '' ? (isSecure ? '443' : '80') : origin.port;
  return new braintree.Environment(origin.hostname, port, origin.origin, isSecure, origin.hostname, port);
}
