import { randomUUID } from 'node:crypto';
import type { Phones } from '../phones/phones.js';
import type { OracleLog } from '../recording/oracle-log.js';
import { EndingCounts } from '../recording/ending-counts.js';
import type { RequestLog } from '../recording/request-log.js';
import type { Decision } from '../scripting/decision.js';
import type { ApnsScript } from './behaviour.js';
import { type Ending, refusal } from './ending.js';
import type { ProviderTokens } from './provider-token.js';
import type { Reason } from './reasons.js';
import type { ReceivedRequest, RequestFilter } from './received-request.js';
import { type ApnsRequest, brokenAddress, brokenRule, deviceTokenOf, isUuid } from './request-rules.js';

export interface Verdict extends Decision<Ending> {
  readonly apnsId: string;
  /** Whether the request carried a valid provider token. */
  readonly senderProven: boolean;
}

interface Sender {
  readonly teamId: string;
  readonly keyId: string;
}

/** What APNs does with one request: checks it, lets the script decide, writes it down, says how it ends. */
export class Exchange {
  readonly counts = new EndingCounts();

  constructor(
    private readonly tokens: ProviderTokens,
    private readonly script: ApnsScript,
    private readonly log: RequestLog<ReceivedRequest, RequestFilter>,
    private readonly oracle: OracleLog | undefined,
    private readonly phones: Phones,
  ) {}

  async handle(request: ApnsRequest, now = Date.now()): Promise<Verdict> {
    const { decision, sender } = await this.decide(request, now);
    const sentId = request.headers['apns-id'];
    const apnsId = sentId !== undefined && isUuid(sentId) ? sentId : randomUUID();
    this.counts.count(labelOf(decision.ending));
    const received = this.log.add((seq) => ({
      seq,
      receivedAt: now,
      connection: request.connection,
      method: request.method,
      path: request.path,
      token: deviceTokenOf(request.path),
      apnsId,
      teamId: sender?.teamId,
      keyId: sender?.keyId,
      headers: request.headers,
      payload: request.payload,
      payloadBytes: request.payloadBytes,
      ...decision,
    }));
    await this.oracle?.keep('apns', received);
    if (labelOf(decision.ending) === '200') this.phones.got(received.token, request.payload);
    return { ...decision, apnsId, senderProven: sender !== undefined };
  }

  private async decide(request: ApnsRequest, now: number): Promise<{ decision: Decision<Ending>; sender?: Sender }> {
    const { behaviour } = this.script;
    const misaddressed = brokenAddress(request);
    if (misaddressed) return { decision: this.refuse(misaddressed) };
    const verdict = await this.tokens.judge(request.authorization, behaviour.tokenUpdateIntervalSeconds, now);
    if (!verdict.valid) return { decision: this.refuse(verdict.reason) };
    const broken = brokenRule(request, behaviour.topics);
    const decision = broken ? this.refuse(broken) : this.script.decide(deviceTokenOf(request.path) ?? '');
    return { decision, sender: verdict };
  }

  private refuse(reason: Reason): Decision<Ending> {
    return { ending: refusal(reason), latencyMs: this.script.behaviour.latencyMs ?? 0, decidedBy: 'protocol' };
  }
}

function labelOf(ending: Ending): string {
  switch (ending.kind) {
    case 'answer':
      return ending.reason === undefined ? String(ending.status) : `${ending.status} ${ending.reason}`;
    case 'reset':
      return `reset ${ending.code}`;
    case 'hang':
    case 'disconnect':
      return ending.kind;
  }
}
