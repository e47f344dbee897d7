import { Problem } from '@signalbox/http';
import type { ServiceClient } from './service-client.js';

/** In a word, whether what is set as PUSH_URL and OPERATOR_TOKEN leads to a push service. */
export async function sayOfPush(push: ServiceClient): Promise<string> {
  try {
    const { status } = await push.request({ method: 'GET', path: '/v1/service' });
    return status === 200 ? 'ok' : `answers ${status} at PUSH_URL: another service, or another version`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code === 'operator_token_refused'
      ? 'does not take this OPERATOR_TOKEN'
      : 'does not answer at PUSH_URL';
  }
}
