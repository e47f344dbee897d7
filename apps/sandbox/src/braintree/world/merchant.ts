import { randomUUID } from 'node:crypto';
import type { Customer } from '../objects/customer.js';
import type { Dispute } from '../objects/dispute.js';
import type { Nonce } from '../objects/nonce.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { Transaction } from '../objects/transaction.js';
import type { Kind, Notification } from '../notifications/notification.js';
import { notFound } from '../wire/refused.js';
import type { XmlRecord } from '../wire/xml.js';
import { RequestKeys } from './request-keys.js';

/** Where money of one currency goes. */
export interface MerchantAccount {
  readonly id: string;
  readonly currency: string;
}

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface Settings {
  /** A sale like one of the last so many seconds is rejected; 0: never. */
  readonly duplicateCheckSeconds: number;
  /** Whether `apiRequestKey` is taken: Braintree gives it to few merchants. */
  readonly apiRequestKeys: boolean;
}

export interface NewMerchant {
  readonly id: string;
  readonly keys: readonly KeyPair[];
  /** The first is the one of sales that name none. */
  readonly accounts: readonly [MerchantAccount, ...MerchantAccount[]];
  readonly settings: Settings;
}

/** What a merchant needs of the world around it. */
export interface Surroundings {
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly publish: (merchant: Merchant, notification: Notification) => void;
}

const REMEMBERED_NOTIFICATIONS = 10_000;

/** One merchant and everything it has. Everything in it happens synchronously, so at once. */
export class Merchant {
  readonly id: string;
  readonly accounts: NewMerchant['accounts'];
  readonly customers = new Map<string, Customer>();
  /** By their tokens. */
  readonly methods = new Map<string, PaymentMethod>();
  readonly nonces = new Map<string, Nonce>();
  readonly transactions = new Map<string, Transaction>();
  readonly disputes = new Map<string, Dispute>();
  readonly requestKeys = new RequestKeys();
  /** Webhooks are signed with each; the first one is given to whoever asks for the credential. */
  keys: readonly KeyPair[];
  settings: Settings;
  private readonly told = new Map<string, Notification>();

  constructor(
    given: NewMerchant,
    private readonly surroundings: Surroundings,
  ) {
    this.id = given.id;
    this.keys = given.keys;
    this.accounts = given.accounts;
    this.settings = given.settings;
  }

  now(): Date {
    return new Date(this.surroundings.now() * 1000);
  }

  /** Tells the endpoints that something has happened. */
  emit(kind: Kind, subjectId: string, subject: XmlRecord, timestamp = this.now()): Notification {
    const notification = { id: randomUUID(), kind, subjectId, subject, timestamp };
    const oldest = this.told.keys().next();
    if (this.told.size >= REMEMBERED_NOTIFICATIONS && !oldest.done) this.told.delete(oldest.value);
    this.told.set(notification.id, notification);
    this.surroundings.publish(this, notification);
    return notification;
  }

  notification(id: string): Notification | undefined {
    return this.told.get(id);
  }

  methodsOf(customerId: string): PaymentMethod[] {
    return [...this.methods.values()].filter((method) => method.customerId === customerId);
  }

  /** @throws Refused with 404 */
  customer(id: string): Customer {
    return present(this.customers.get(id));
  }

  /** @throws Refused with 404 */
  method(token: string): PaymentMethod {
    return present(this.methods.get(token));
  }

  /** @throws Refused with 404 */
  transaction(id: string): Transaction {
    return present(this.transactions.get(id));
  }

  /** @throws Refused with 404 */
  dispute(id: string): Dispute {
    return present(this.disputes.get(id));
  }

  /** Keys, accounts and settings stay. */
  forget(): void {
    for (const kept of [this.customers, this.methods, this.nonces, this.transactions, this.disputes, this.told])
      kept.clear();
    this.requestKeys.forget();
  }
}

function present<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw notFound();
  return thing;
}
