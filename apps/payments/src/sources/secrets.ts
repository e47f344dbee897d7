import {
  MOST_STRIPE_SECRETS,
  type StripeSecretChange,
  type StripeSecretRotation,
  type StripeSecretView,
  type Uuid,
} from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { addSecrets } from './add-secrets.js';
import { keepsCoverage } from './coverage.js';
import type { KnownSources } from './known-sources.js';
import { CHANGE_SECRET, DELETE_SECRET, END_OTHERS, SECRETS_OF } from './secret.queries.js';
import { sourceFact } from './source-fact.js';
import { viewSecret, type SecretRow } from './source-view.js';
import { LOCK_SOURCE } from './source.queries.js';

/**
 * Why secrets stay as they are: there is no such source or secret, it has as many as it may, a window would close before it
 * opens, or there would be a time from now on at which none counts.
 */
export type SecretRefusal =
  'no_such_source' | 'no_such_secret' | 'too_many_secrets' | 'window_inside_out' | 'last_secret';

/** Rolls back what led to a refusal. */
class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly why: SecretRefusal) {
    super(why);
  }
}

/**
 * Signing secrets of sources that exist. At any time from now on one of them counts: so neither a slip nor the passing of time
 * leaves a source that nothing can be proven to.
 */
export class Secrets {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
    private readonly known: KnownSources,
  ) {}

  async add(appId: Uuid, source: Uuid, rotation: StripeSecretRotation): Promise<StripeSecretView | SecretRefusal> {
    const { othersEndAfterSeconds, ...secret } = rotation;
    return this.changing(appId, source, async (tx, before) => {
      if (before.length >= MOST_STRIPE_SECRETS) throw new Refused('too_many_secrets');
      const [made] = await addSecrets(tx, this.envelope, { appId, source, secrets: [secret] });
      if (othersEndAfterSeconds !== null) await tx.query(END_OTHERS, [source, made!.id, othersEndAfterSeconds]);
      return viewSecret(made!);
    });
  }

  async change(
    appId: Uuid,
    source: Uuid,
    id: Uuid,
    { notBefore, notAfter }: StripeSecretChange,
  ): Promise<StripeSecretView | SecretRefusal> {
    return this.changing(appId, source, async (tx, before) => {
      const present = before.find((secret) => secret.id === id);
      if (present === undefined) throw new Refused('no_such_secret');
      const from = notBefore === undefined ? present.notBefore : new Date(notBefore);
      const until = notAfter === undefined ? present.notAfter : notAfter === null ? null : new Date(notAfter);
      if (until !== null && until <= from) throw new Refused('window_inside_out');
      const { rows } = await tx.query<SecretRow>(CHANGE_SECRET, [source, id, from, until]);
      return viewSecret(rows[0]!);
    });
  }

  /** Ends a secret at once, for instance when it was leaked. */
  async remove(appId: Uuid, source: Uuid, id: Uuid): Promise<'removed' | SecretRefusal> {
    return this.changing(appId, source, async (tx) => {
      if ((await tx.query(DELETE_SECRET, [source, id])).rowCount === 0) throw new Refused('no_such_secret');
      return 'removed' as const;
    });
  }

  private async changing<Result>(
    appId: Uuid,
    source: Uuid,
    change: (tx: Sql, before: readonly SecretRow[]) => Promise<Result>,
  ): Promise<Result | SecretRefusal> {
    const read = async (tx: Sql) => (await tx.query<SecretRow>(SECRETS_OF, [[source]])).rows;
    try {
      return await this.database.transaction(async (tx) => {
        if ((await tx.query(LOCK_SOURCE, [appId, source])).rowCount === 0) throw new Refused('no_such_source');
        const before = await read(tx);
        const result = await change(tx, before);
        if (!keepsCoverage(before, await read(tx), new Date())) throw new Refused('last_secret');
        await append(tx, [sourceFact('stripe_source.changed', { id: source, appId }, { fields: ['secrets'] })]);
        return result;
      });
    } catch (error) {
      if (error instanceof Refused) return error.why;
      throw error;
    } finally {
      this.known.forget(source);
    }
  }
}
