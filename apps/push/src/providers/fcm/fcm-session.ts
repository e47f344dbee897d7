import type { AttemptOutcome, ProviderSession, PushMessage } from '../push-provider.js';
import { fcmOutcome } from './fcm-outcome.js';
import { buildFcmPayload, FCM_PAYLOAD_LIMIT, FcmPayloadRefused, type FcmPayload } from './fcm-payload.js';
import type { FcmTarget, FcmTransport } from './fcm-transport.js';

/** What is sent with one service account. */
export class FcmSession implements ProviderSession {
  private accepted = false;

  constructor(private readonly transport: FcmTransport) {}

  get isIdle(): boolean {
    return this.transport.isIdle;
  }

  async send(message: PushMessage, signal?: AbortSignal): Promise<AttemptOutcome> {
    const { deliveryId: id, attempt, device, options } = message;
    if (options.expiresAt.getTime() <= Date.now()) return { kind: 'expired', raw: {} };
    const target = targetOf(device);
    if (!target) return { kind: 'rejected', reason: 'NotAnFcmTarget', alarm: true, raw: {} };
    const payload = payloadOf(message);
    if (payload instanceof FcmPayloadRefused) return { kind: 'rejected', reason: payload.message, raw: {} };
    const answer = await this.transport.send({ id, target, payload }, signal);
    const outcome = fcmOutcome(answer, { attempt, now: new Date(), accepted: this.accepted });
    if (outcome.kind === 'sent') this.accepted = true;
    return outcome;
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}

function targetOf({ target, targetKind }: PushMessage['device']): FcmTarget | undefined {
  if (targetKind === 'fcm_token') return { token: target };
  if (targetKind === 'fid') return { fid: target };
  return undefined;
}

function payloadOf(message: PushMessage): FcmPayload | FcmPayloadRefused {
  try {
    const { payload, bytes } = buildFcmPayload(message);
    if (bytes <= FCM_PAYLOAD_LIMIT) return payload;
    return new FcmPayloadRefused('', `is ${bytes} bytes for FCM; at most ${FCM_PAYLOAD_LIMIT} are delivered`);
  } catch (error) {
    if (error instanceof FcmPayloadRefused) return error;
    throw error;
  }
}
