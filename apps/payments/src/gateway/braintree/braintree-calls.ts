import type { Uuid } from '@signalbox/contracts';
import { SealBroken } from '@signalbox/credentials';
import { CallGuard, DEADLINES_MS } from '../call-guard.js';
import type { OperationClass } from '../gateway.js';
import type { GatewayOutcome, NotDone, ReadOutcome } from '../outcome.js';
import type { BraintreeCallLog } from './braintree-call-log.js';
import type { AppClient, BraintreeClients } from './braintree-clients.js';
import { judgeFailure, NO_CONNECTION } from './judge-failure.js';
import { Sending, watch } from './sending.js';
import { UnknownShape } from './transaction.js';

/** One call of the SDK's, or a few that only ask, in one deadline. */
export interface BraintreeCall<Answer> {
  readonly appId: Uuid;
  readonly operation: OperationClass;
  /** For operators: `sale`, `void`, ... */
  readonly name: string;
  /** Reads the answer, too. @throws UnknownShape, and whatever the SDK throws. */
  readonly make: (client: AppClient) => Promise<Answer>;
}

/** Braintree answered, and not in a shape that we know: asking again brings the same. */
export const UNREADABLE = 'unreadable_answer';

/** Keys need a person. Milliseconds. */
export const NO_KEY_MS = 60_000;
/** When to ask again that what was asked got no answer. Milliseconds. */
const ASK_AGAIN_MS = 2_000;

/**
 * The one way to Braintree's API. Each call is made once: Braintree has no idempotency keys that every merchant may use, so whoever
 * does not know what became of a call has to look (`settle.ts`).
 */
export class BraintreeCalls {
  private readonly guard: CallGuard;

  constructor(
    private readonly clients: BraintreeClients,
    private readonly log: BraintreeCallLog,
    deadlines = DEADLINES_MS,
  ) {
    this.guard = new CallGuard(log.breakers, deadlines);
  }

  turnsAway(appId: Uuid, operation: OperationClass): number | undefined {
    return this.guard.turnsAway(appId, operation);
  }

  /** Whose keys an app has. Keys that cannot be opened are as good as none, until somebody brings the right master key. */
  async clientOf(appId: Uuid): Promise<AppClient | undefined> {
    try {
      return await this.clients.of(appId);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.log.needsAPerson(appId, 'keys', 'the keys cannot be opened with this MASTER_KEY');
      return undefined;
    }
  }

  /** Makes a call that changes something. Never rejects for anything that Braintree does. */
  async write<Value>(call: BraintreeCall<GatewayOutcome<Value>>): Promise<GatewayOutcome<Value>> {
    const asked = performance.now();
    const outcome = await this.attempt(call);
    const said = 'reason' in outcome ? outcome.reason : outcome.kind;
    this.log.count(call.name, said, performance.now() - asked, 'reason' in outcome);
    return outcome;
  }

  /** Asks. Never rejects for anything that Braintree does. */
  async read<Value>(call: Omit<BraintreeCall<Value>, 'operation'>): Promise<ReadOutcome<Value>> {
    const make = async (client: AppClient): Promise<GatewayOutcome<Value>> => ({
      kind: 'done',
      value: await call.make(client),
    });
    const outcome = await this.write({ ...call, operation: 'read', make });
    switch (outcome.kind) {
      case 'done':
        return { kind: 'found', value: outcome.value };
      case 'not_done':
        return { kind: 'later', reason: outcome.reason, retryAfterMs: outcome.retryAfterMs };
      case 'unknown':
        return { kind: 'later', reason: outcome.reason, retryAfterMs: ASK_AGAIN_MS };
      case 'refused':
      case 'declined':
        return outcome.code === 'not_found'
          ? { kind: 'missing' }
          : { kind: 'later', reason: outcome.code, retryAfterMs: NO_KEY_MS };
    }
  }

  private async attempt<Value>(call: BraintreeCall<GatewayOutcome<Value>>): Promise<GatewayOutcome<Value>> {
    const { appId, operation, name, make } = call;
    const client = await this.clientOf(appId);
    if (client === undefined) return { kind: 'not_done', reason: 'no_key', retryAfterMs: NO_KEY_MS };
    const sending = new Sending();
    const late: GatewayOutcome<Value> = { kind: 'unknown', reason: 'deadline' };
    const outcome = await this.guard.run(
      appId,
      operation,
      () => watch(sending, () => make(client)).catch((error: unknown) => this.judge(call, error, sending.reached)),
      late,
      isTrouble,
    );
    if (outcome === late) {
      sending.cut();
      // Nobody took the connection, and now nobody will.
      if (!sending.reached) return { kind: 'not_done', reason: NO_CONNECTION, retryAfterMs: ASK_AGAIN_MS };
    }
    if (outcome.kind === 'turned_away')
      return { kind: 'not_done', reason: outcome.reason, retryAfterMs: Math.round(outcome.ms) };
    if (outcome.kind === 'not_done' && outcome.reason === 'keys_refused')
      this.log.needsAPerson(appId, name, outcome.reason);
    return outcome;
  }

  private judge({ appId, name }: BraintreeCall<unknown>, error: unknown, reached: boolean) {
    if (!(error instanceof UnknownShape)) return judgeFailure(error, reached);
    this.log.needsAPerson(appId, name, `unreadable answer: ${error.message}`);
    return { kind: 'unknown', reason: UNREADABLE } as const;
  }
}

/** What we cannot read is no trouble of Braintree's, which answered. */
function isTrouble(outcome: GatewayOutcome<unknown>): boolean {
  return (
    (outcome.kind === 'unknown' && outcome.reason !== UNREADABLE) || (outcome.kind === 'not_done' && isNobody(outcome))
  );
}

const isNobody = ({ reason }: NotDone): boolean => reason === NO_CONNECTION;
