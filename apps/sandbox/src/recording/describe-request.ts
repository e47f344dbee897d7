import type { Recorded } from './request-log.js';

/** A received request as the control API shows it and the oracle log keeps it: JSON-ready, payload parsed. */
export function describeRequest(request: Recorded): object {
  const { ending, receivedAt, payload, ...rest } = request;
  return { ...rest, receivedAt: new Date(receivedAt).toISOString(), payload: parsedOrText(payload), answer: ending };
}

function parsedOrText(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
