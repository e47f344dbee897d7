/** Stripe's error object: https://docs.stripe.com/api/errors */
export interface ErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';
  readonly message: string;
  readonly code?: string | undefined;
  readonly param?: string | undefined;
  readonly decline_code?: string | undefined;
  readonly [more: string]: unknown;
}

/** A request that is answered with an error. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Whether the endpoint had begun: such an error is kept under its Idempotency-Key, one of validation is not. */
    readonly begun = status === 402,
  ) {
    super(body.message);
  }
}

export function invalid(message: string, param?: string, code?: string): Refused {
  return new Refused(400, { type: 'invalid_request_error', message, param, code });
}

export function missing(param: string): Refused {
  return invalid(`Missing required param: ${param}.`, param, 'parameter_missing');
}

/** `status` is 404 for the object that the path names and 400 for one that a parameter names. */
export function noSuch(kind: string, id: string, param = 'id', status: 400 | 404 = 400): Refused {
  const message = `No such ${kind.replaceAll('_', ' ').replaceAll(' intent', '_intent').replaceAll('payment method', 'PaymentMethod')}: '${id}'`;
  return new Refused(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** The object is in a state that forbids it; `extra` carries the object, as Stripe's errors do. */
export function unexpectedState(code: string, message: string, extra: object = {}): Refused {
  return new Refused(400, { type: 'invalid_request_error', code, message, ...extra }, {}, true);
}

/** What an error looks like on the wire, with the page that explains its code. */
export function errorBody({ body }: Refused, requestId: string): object {
  const page =
    body.code === undefined ? {} : { doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll('_', '-')}` };
  const log = { request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` };
  return { error: { ...body, ...page, ...log } };
}
