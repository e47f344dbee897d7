import { createHash, randomBytes } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { z } from 'zod';
import type { ProvenIdentity } from '../calls/proven-identity.js';
import { openProof, sealProof } from '../linking/sealed-proof.js';
import { ANSWER_STATE, BEGIN_STATE, FINISH_STATE, KEEP_OUTCOME } from './states.queries.js';

/** Seconds in which somebody comes back from a provider: long enough for a second factor over there. */
const LIFE = 10 * 60;

const secrets = z.object({ uid: z.string(), nonce: z.string(), verifier: z.string() });

/** Whose way to a provider it is. */
interface Way {
  readonly appId: Uuid;
  readonly provider: string;
  readonly uid: string;
}

/** What goes along to the provider, and what stays with the browser. */
export interface BegunState {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Value of the browser's cookie. */
  readonly browser: string;
}

/** A way whose answer has come. */
export interface AnsweredState extends Way {
  readonly id: Buffer;
  readonly nonce: string;
  readonly verifier: string;
  /** Whether this cookie is of the browser that set out. */
  isBrowser(cookie: string | undefined): boolean;
}

/**
 * The ways to providers and back. They are rows and not cookies, since Apple's answers come by a POST from its own pages, which carries
 * no cookie of ours; the cookie is asked for on the next page, which our own redirect leads to.
 */
export class States {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
  ) {}

  async begin({ appId, provider, uid }: Way): Promise<BegunState> {
    const begun = { state: secret(), nonce: secret(), verifier: secret(), browser: secret() };
    const { state, nonce, verifier, browser } = begun;
    const sealed = this.envelope.seal(JSON.stringify({ uid, nonce, verifier }), context(appId));
    await this.database.query(BEGIN_STATE, [sha256(state), appId, provider, sha256(browser), sealed, LIFE]);
    return begun;
  }

  /** Takes the answer to a state; a second one finds nothing. */
  async answer(state: string): Promise<AnsweredState | undefined> {
    const id = sha256(state);
    const { rows } = await this.database.query<{
      app_id: Uuid;
      provider: string;
      browser: Buffer;
      sealed: Buffer;
    }>(ANSWER_STATE, [id]);
    const row = rows[0];
    if (row === undefined) return undefined;
    const { app_id: appId, provider, browser } = row;
    const { uid, nonce, verifier } = this.secretsIn(appId, row.sealed);
    const isBrowser = (cookie: string | undefined): boolean => cookie !== undefined && sha256(cookie).equals(browser);
    return { id, appId, provider, uid, nonce, verifier, isBrowser };
  }

  async keep({ id, appId }: AnsweredState, identity: ProvenIdentity): Promise<void> {
    await this.database.query(KEEP_OUTCOME, [id, sealProof(this.envelope, appId, identity)]);
  }

  /** Whom the provider named, for the browser that set out, once. */
  async finish(tx: Sql, { appId, provider, uid }: Way, cookie: string): Promise<ProvenIdentity | undefined> {
    const { rows } = await tx.query<{ sealed: Buffer; outcome: Buffer }>(FINISH_STATE, [
      sha256(cookie),
      appId,
      provider,
    ]);
    if (rows[0] === undefined || this.secretsIn(appId, rows[0].sealed).uid !== uid) return undefined;
    return openProof(this.envelope, appId, rows[0].outcome);
  }

  private secretsIn(appId: Uuid, sealed: Buffer): z.output<typeof secrets> {
    return secrets.parse(JSON.parse(this.envelope.open(sealed, context(appId)).toString()));
  }
}

const context = (appId: Uuid) => ({ appId, table: 'social_state', column: 'sealed' });
const secret = (): string => randomBytes(32).toString('base64url');

function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
