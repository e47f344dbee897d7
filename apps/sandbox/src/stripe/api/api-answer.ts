import type { Answer } from '../../answer/verdict.js';

/** An answer of Stripe's API, which can be given again with other headers. */
export interface ApiAnswer extends Answer {
  readonly body: string;
}

/** Stripe's answers are indented. */
export function answerWith(status: number, body: object, headers: Readonly<Record<string, string>> = {}): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: `${JSON.stringify(body, null, 2)}\n`,
  };
}
