import { randomBytes } from 'node:crypto';
import type { RegisteredAccount } from '../identity/service-accounts.js';
import type { Phones } from '../phones/phones.js';
import { EndingCounts } from '../recording/ending-counts.js';
import type { OracleLog } from '../recording/oracle-log.js';
import type { RequestLog } from '../recording/request-log.js';
import type { Decision } from '../scripting/decision.js';
import type { AccessTokens } from './access-tokens.js';
import type { FcmScript } from './behaviour.js';
import { type FcmEnding, labelOf, type Refusal } from './ending.js';
import type { MessageFilter, ReceivedMessage } from './received-message.js';
import { type FcmRequest, projectOf, readSendRequest, type SendRequest } from './request-rules.js';

export interface Verdict extends Decision<FcmEnding> {
  /** What an accepted message is called. */
  readonly messageName: string | undefined;
}

interface Judged {
  readonly decision: Decision<FcmEnding>;
  readonly account?: RegisteredAccount;
  readonly request?: SendRequest;
}

/** What FCM does with one message: checks it, lets the script decide, writes it down, says how it ends. */
export class FcmExchange {
  readonly counts = new EndingCounts();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly script: FcmScript,
    private readonly log: RequestLog<ReceivedMessage, MessageFilter>,
    private readonly oracle: OracleLog | undefined,
    private readonly phones: Phones,
  ) {}

  async handle(received: FcmRequest, now = Date.now()): Promise<Verdict> {
    const projectId = projectOf(received.path);
    const { decision, account, request } = this.judge(received, projectId, now);
    this.counts.count(labelOf(decision.ending));
    const { authorization: _secret, ...kept } = received;
    const accepted = decision.ending.kind === 'answer' && decision.ending.status === 200;
    const messageName = accepted && projectId !== undefined ? nameOf(projectId, request, now) : undefined;
    const record = this.log.add((seq) => ({
      seq,
      receivedAt: now,
      ...kept,
      projectId,
      targetKind: request?.target.kind,
      token: request?.target.value,
      messageName,
      clientEmail: account?.clientEmail,
      keyId: account?.keyId,
      ...decision,
    }));
    await this.oracle?.keep('fcm', record);
    if (accepted && request?.validateOnly !== true) this.phones.got(request?.target.value, received.payload);
    return { ...decision, messageName };
  }

  private judge(received: FcmRequest, projectId: string | undefined, now: number): Judged {
    if (projectId === undefined || received.method !== 'POST')
      return this.refuse({ kind: 'answer', status: 404, html: true });
    const access = this.tokens.judge(received.authorization, now);
    if (!access.valid) return this.refuse({ kind: 'answer', status: 401, reason: access.reason });
    const { account, maySend } = access;
    if (!maySend) {
      const message = 'Request had insufficient authentication scopes.';
      const reason = 'ACCESS_TOKEN_SCOPE_INSUFFICIENT';
      return { ...this.refuse({ kind: 'answer', status: 403, message, reason }), account };
    }
    if (account.projectId !== projectId) return { ...this.refuse({ kind: 'answer', status: 403 }), account };
    const request = readSendRequest(received.payload, received.payloadBytes);
    if ('kind' in request) return { ...this.refuse(request), account };
    return { decision: this.script.decide(request.target.value), account, request };
  }

  private refuse(ending: Refusal): Judged {
    const latencyMs = this.script.behaviour.latencyMs ?? 0;
    return { decision: { ending, latencyMs, decidedBy: 'protocol' } };
  }
}

/** In the form of Google's names; a message that was only checked has this one there too. */
function nameOf(projectId: string, request: SendRequest | undefined, now: number): string {
  const id = request?.validateOnly ? 'fake_message_id' : `0:${now * 1000}%${randomBytes(8).toString('hex')}`;
  return `projects/${projectId}/messages/${id}`;
}
