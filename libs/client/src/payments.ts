import type {
  CancelRequest,
  CaptureRequest,
  ConfirmRequestInput,
  PaymentHistory,
  PaymentOperationView,
  PaymentSettingsInput,
  PaymentSettingsView,
  PaymentSheet,
  PaymentSheetRequestInput,
  RefundRequest,
} from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';

/** A call that may move money. */
export interface MoneyOptions extends CallOptions {
  /**
   * Names what is to be done (1 to 255 visible ASCII characters), for 30 days. Keep it with what you do it for: the same key is done
   * once, however often and by whomever it is sent. So there is none by default.
   */
  readonly idempotencyKey: string;
}

/**
 * Payments of orders. Every method throws SignalboxErrors. An outcome that the gateway did not tell (`outcome_unknown`) is waited for
 * within the limits of a call; after that, call again with the same key.
 */
export class Payments {
  constructor(private readonly payments: Connection) {}

  /** What the sheets of the app show, and which gateway takes its payments. */
  async settings(settings: PaymentSettingsInput, { signal }: CallOptions = {}): Promise<PaymentSettingsView> {
    const path = ['payment-settings'];
    return (await this.payments.call<PaymentSettingsView>({ method: 'PUT', path, body: settings, signal })).body;
  }

  /** All that the gateway's sheet on a phone needs to have an order paid. Hand it to the app, and keep none of it. */
  async sheet(request: PaymentSheetRequestInput, options: MoneyOptions): Promise<PaymentSheet> {
    const { idempotencyKey, signal } = options;
    const call = { method: 'POST', path: ['payment-sheets'], body: request, idempotencyKey, signal } as const;
    return (await this.payments.call<PaymentSheet>(call)).body;
  }

  /** How a payment stands, and why. */
  async get(id: string, { signal }: CallOptions = {}): Promise<PaymentHistory> {
    return (await this.payments.call<PaymentHistory>({ method: 'GET', path: ['payments', id], signal })).body;
  }

  /** Charges a saved payment method, or what a Braintree SDK made of one. @throws RequestRefused 402 when it is declined. */
  confirm(id: string, request: ConfirmRequestInput, options: MoneyOptions): Promise<PaymentOperationView> {
    return this.act(id, 'confirm', request, options);
  }

  /** Takes money that is reserved. */
  capture(id: string, request: CaptureRequest, options: MoneyOptions): Promise<PaymentOperationView> {
    return this.act(id, 'capture', request, options);
  }

  /** Makes sure that a payment takes no money any more. */
  cancel(id: string, request: CancelRequest, options: MoneyOptions): Promise<PaymentOperationView> {
    return this.act(id, 'cancel', request, options);
  }

  /** Gives money back. */
  refund(id: string, request: RefundRequest, options: MoneyOptions): Promise<PaymentOperationView> {
    return this.act(id, 'refunds', request, options);
  }

  private async act(id: string, what: string, body: object, options: MoneyOptions): Promise<PaymentOperationView> {
    const path = ['payments', id, what];
    const { idempotencyKey, signal } = options;
    return (await this.payments.call<PaymentOperationView>({ method: 'POST', path, body, idempotencyKey, signal }))
      .body;
  }
}
