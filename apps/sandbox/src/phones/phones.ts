import { Poster } from '../deliver/post.js';

export type Word = 'received' | 'opened' | 'dismissed';

/** A phone with an app on it that tells its backend what became of what it got. */
export interface Phone {
  /** Where receipts are taken, without `/v1`. */
  readonly url: string;
  /** A publishable key, or the user's access token. */
  readonly key: string;
  readonly userToken?: string | undefined;
  readonly installationId?: string | undefined;
  /** In this order, in one request. */
  readonly says: readonly Word[];
}

const TIMEOUT_MS = 10_000;
const MOST_PHONES = 100_000;

interface Known {
  readonly phone: Phone;
  /** How its requests ended: a status, or `unanswered`. */
  readonly answers: Record<string, number>;
}

/** Phones that speak, by the token that messages reach them by. They speak before the sender hears that his message was taken. */
export class Phones {
  private readonly phones = new Map<string, Known>();
  private readonly poster = new Poster();

  /** False: there are too many. */
  set(token: string, phone: Phone): boolean {
    if (this.phones.size >= MOST_PHONES && !this.phones.has(token)) return false;
    this.phones.set(token, { phone, answers: {} });
    return true;
  }

  find(token: string): Known | undefined {
    return this.phones.get(token);
  }

  remove(token: string): boolean {
    return this.phones.delete(token);
  }

  /** A message came to the phone with this token; `payload` is what its provider was sent. */
  got(token: string | undefined, payload: string): void {
    const known = token === undefined ? undefined : this.phones.get(token);
    if (known === undefined) return;
    const deliveryId = deliveryIn(payload);
    if (deliveryId !== undefined) void this.say(known, deliveryId);
  }

  close(): void {
    this.poster.close();
  }

  private async say({ phone, answers }: Known, deliveryId: string): Promise<void> {
    const { url, key, userToken, installationId, says } = phone;
    const at = new Date().toISOString();
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(userToken !== undefined && { 'signalbox-user-token': userToken }),
    };
    const body = JSON.stringify({ installationId, receipts: says.map((kind) => ({ deliveryId, kind, at })) });
    const ending = await this.poster.post(`${url}/v1/receipts`, headers, body, TIMEOUT_MS);
    const name = ending.kind === 'answer' ? String(ending.status) : 'unanswered';
    answers[name] = (answers[name] ?? 0) + 1;
  }
}

/** What an app on the phone would find: among Apple's custom keys, or in Google's `data`. */
function deliveryIn(payload: string): string | undefined {
  const { sbx_delivery_id: own, message } = JSON.parse(payload) as {
    readonly sbx_delivery_id?: unknown;
    readonly message?: { readonly data?: { readonly sbx_delivery_id?: unknown } };
  };
  const found = own ?? message?.data?.sbx_delivery_id;
  return typeof found === 'string' ? found : undefined;
}
