import { newUuid } from '@signalbox/contracts';
import type { AttemptOutcome, ProviderSession, PushMessage } from '../push-provider.js';
import type { FcmAnswer } from './fcm-answer.js';
import { fcmOutcome } from './fcm-outcome.js';
import { buildFcmPayload, FCM_PAYLOAD_LIMIT, FcmPayloadRefused, type FcmPayload } from './fcm-payload.js';
import type { FcmTarget, FcmTransport } from './fcm-transport.js';

const DRY_RUN_TOPIC = 'signalbox-dry-run';
const DRY_RUN_LIFE_MS = 60_000;

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

  /** Has Google check a message to nobody with this service account: `validate_only` to a topic that has no subscriber. */
  dryRun(): Promise<FcmAnswer> {
    const id = newUuid();
    const options = { priority: 'bulk', expiresAt: new Date(Date.now() + DRY_RUN_LIFE_MS) } as const;
    const { payload } = buildFcmPayload({ deliveryId: id, content: { title: 'Dry run' }, options });
    return this.transport.send({ id, target: { topic: DRY_RUN_TOPIC }, payload, validateOnly: true });
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
