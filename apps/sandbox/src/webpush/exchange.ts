import { randomBytes } from 'node:crypto';
import { EndingCounts } from '../recording/ending-counts.js';
import type { OracleLog } from '../recording/oracle-log.js';
import type { RequestLog } from '../recording/request-log.js';
import type { Decision } from '../scripting/decision.js';
import type { WebPushScript } from './behaviour.js';
import { decrypt } from './decrypt.js';
import { labelOf, refusal, type WebPushEnding } from './ending.js';
import type { PushFilter, ReceivedPush } from './received-push.js';
import { brokenRule, tokenOf, type WebPushHttpRequest } from './request-rules.js';
import { type Subscriptions, takesFrom } from './subscriptions.js';
import { mismatch } from './token-prefixes.js';
import { type Sender, VapidTokens } from './vapid.js';

export interface Verdict extends Decision<WebPushEnding> {
  /** What an accepted message is called. */
  readonly messageId: string | undefined;
}

interface Judged {
  readonly decision: Decision<WebPushEnding>;
  readonly sender?: Sender;
  readonly payload?: Buffer | undefined;
}

/** What the push service, and the browser behind it, do with one message: check it, let the script decide, write it down. */
export class WebPushExchange {
  readonly counts = new EndingCounts();
  private readonly tokens = new VapidTokens();
  /** Where it listens, which is what senders sign for. */
  origin = '';

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly script: WebPushScript,
    private readonly log: RequestLog<ReceivedPush, PushFilter>,
    private readonly oracle: OracleLog | undefined,
  ) {}

  async handle(received: WebPushHttpRequest & Pick<ReceivedPush, 'httpVersion'>, now = Date.now()): Promise<Verdict> {
    const token = tokenOf(received.path);
    const { decision, sender, payload } = await this.judge(received, token, now);
    this.counts.count(labelOf(decision.ending));
    const { authorization: _secret, body: _encrypted, ...kept } = received;
    const accepted = decision.ending.kind === 'answer' && decision.ending.status === 201;
    const messageId = accepted ? randomBytes(16).toString('base64url') : undefined;
    const record = this.log.add((seq) => ({
      seq,
      receivedAt: now,
      ...kept,
      token,
      publicKey: sender?.publicKey,
      subject: sender?.subject,
      messageId,
      payload: payload?.toString('utf8') ?? '',
      payloadBytes: payload?.length ?? 0,
      ...decision,
    }));
    await this.oracle?.keep('webpush', record);
    return { ...decision, messageId };
  }

  private async judge(received: WebPushHttpRequest, token: string | undefined, now: number): Promise<Judged> {
    if (token === undefined) return this.refuse(refusal(404));
    if (received.method !== 'POST') return this.refuse(refusal(405));
    const verdict = await this.tokens.judge(received.authorization, this.origin, now);
    if (!verdict.valid) return this.refuse(refusal(verdict.status, verdict.reason));
    const { sender } = verdict;
    if (!takesFrom(token, sender.publicKey)) return { ...this.refuse(mismatch()), sender };
    const broken = brokenRule(received);
    if (broken) return { ...this.refuse(broken), sender };
    const payload =
      received.bodyBytes === 0 ? Buffer.alloc(0) : decrypt(received.body, this.subscriptions.keysOf(token));
    // Which no push service could know; the browser would drop it without a word.
    if (payload === undefined) return { ...this.refuse(refusal(400, 'Undecryptable')), sender };
    return { decision: this.script.decide(token), sender, payload };
  }

  private refuse(ending: WebPushEnding): Judged {
    return { decision: { ending, latencyMs: this.script.behaviour.latencyMs ?? 0, decidedBy: 'protocol' } };
  }
}
