import { type OperatorRole, parseId } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type Problem, problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { Operator } from '../roles/who.js';
import { FIND_OPERATOR } from './operator.queries.js';
import type { SessionHolder } from './sessions.js';

export type FoundOperator =
  | { readonly kind: 'operator'; readonly operator: Operator }
  /** Signed in, and nobody has given them a role; or there is no telling. */
  | { readonly kind: 'no_role' | 'unknown'; readonly problem: Problem }
  /** The session at the auth service is over, or the user is. */
  | { readonly kind: 'ended' };

/** Whoever has the password is there because nobody else can be: they may do everything. */
const BREAK_GLASS = { id: 'break_glass', name: 'Operator password', role: 'admin' } as const;

/** Says at every request what a session's holder may do: a role that is taken away is gone with the commit, and so is a session. */
export class OperatorDirectory {
  constructor(
    private readonly database: Sql,
    private readonly logger: Logger,
  ) {}

  /** Never throws: where the database does not answer, nobody knows who may what, and the operator password still opens. */
  async find(holder: SessionHolder): Promise<FoundOperator> {
    if (holder.kind === 'break_glass') return { kind: 'operator', operator: BREAK_GLASS };
    const ids = [parseId('user', holder.userId), parseId('session', holder.sessionId)];
    try {
      const { rows } = await this.database.query<{ email: string | null; role: OperatorRole | null }>(
        FIND_OPERATOR,
        ids,
      );
      const [found] = rows;
      if (found === undefined) return { kind: 'ended' };
      const name = found.email ?? holder.userId;
      if (found.role === null) return { kind: 'no_role', problem: problems.forbidden('no_role', noRole(name)) };
      return { kind: 'operator', operator: { id: holder.userId, name, role: found.role } };
    } catch (error) {
      this.logger.warn({ err: error }, 'the role of an operator could not be read');
      return { kind: 'unknown', problem: problems.unavailable(AWAY, 5, error) };
    }
  }
}

const AWAY =
  'The database does not answer, so it is not known what you may do here. Where it cannot wait: sign out, and sign in with the operator password.';

function noRole(name: string): string {
  return (
    `You are signed in as ${name}, who has no role in this console. An admin gives you one: ` +
    `signalbox operators grant ${name} viewer (or operator, or admin). Then load this page again.`
  );
}
