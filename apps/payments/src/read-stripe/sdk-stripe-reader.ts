import type { StripeAnswer, StripeReader, StripeRef } from '../process/stripe-reader.js';
import { pathOf } from './object-paths.js';
import { SharedReads } from './shared-reads.js';
import type { StripeCalls } from './stripe-calls.js';

/** Asks Stripe through its SDK; concurrent reads of one object share one call. */
export class SdkStripeReader implements StripeReader {
  private readonly shared = new SharedReads<StripeAnswer>();

  constructor(private readonly calls: StripeCalls) {}

  /** @throws UnknownObjectType for a kind that the API has no path for. */
  async read(ref: StripeRef): Promise<StripeAnswer> {
    const endpoint = pathOf(ref.objectType);
    const { appId, account, livemode, objectType, objectId } = ref;
    const name = [appId, account, livemode, objectType, objectId].join(' ');
    return this.shared.read(name, (onLeaving) => this.ask(ref, endpoint, onLeaving));
  }

  private async ask(
    { appId, account, livemode, objectId }: StripeRef,
    endpoint: string,
    onLeaving: () => void,
  ): Promise<StripeAnswer> {
    const path = `${endpoint}/${encodeURIComponent(objectId)}`;
    const answer = await this.calls.get({ appId, account, livemode, path, endpoint }, onLeaving);
    switch (answer.kind) {
      case 'answered':
        return isDeleted(answer.body)
          ? { kind: 'gone' }
          : { kind: 'found', object: answer.body, apiVersion: answer.apiVersion };
      case 'missing':
        return { kind: 'gone' };
      case 'later':
        return answer;
    }
  }
}

/** Some objects leave a stub behind: `{"id": "cus_...", "object": "customer", "deleted": true}`. */
function isDeleted(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'deleted' in body && body.deleted === true;
}
