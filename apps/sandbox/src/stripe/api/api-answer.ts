/** An HTTP answer of the API, ready to be written. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Stripe's answers are indented. */
export function answerWith(status: number, body: object, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return { status, headers, body: `${JSON.stringify(body, null, 2)}\n` };
}
