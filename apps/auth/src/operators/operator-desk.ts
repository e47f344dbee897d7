import { formatId, INSTALLATION, newUuid, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { problems } from '@signalbox/http';
import type { EndSessions } from '../accounts/account-parts.js';
import { FIND_FOR_SIGN_IN } from '../accounts/account.queries.js';
import { type EmailAddress, readEmail } from '../accounts/email-address.js';
import { issueToken } from '../accounts/one-time-tokens.js';
import type { Passwords } from '../accounts/passwords/passwords.js';
import { releaseUnproven } from '../accounts/release-unproven.js';
import type { App } from '../apps/app-registry.js';
import type { GrantedOperator, OperatorGrant, OperatorView } from './operator.schemas.js';
import { GRANT_OPERATOR, INSERT_VOUCHED_USER, LIST_OPERATORS, REMOVE_OPERATOR } from './operators.queries.js';

export interface OperatorDeskParts {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly endSessions: EndSessions;
  readonly issuer: string;
}

/** Who may use the console, and for what. */
export class OperatorDesk {
  constructor(private readonly parts: OperatorDeskParts) {}

  async list(appId: Uuid): Promise<OperatorView[]> {
    type Row = Omit<OperatorView, 'grantedAt'> & { grantedAt: Date };
    const { rows } = await this.parts.database.query<Row>(LIST_OPERATORS, [appId]);
    return rows.map(({ userId, grantedAt, ...rest }) => ({
      ...rest,
      userId: formatId('user', userId),
      grantedAt: grantedAt.toISOString(),
    }));
  }

  /**
   * Gives whoever owns an address a role, and makes an account where there is none. An account whose owner never proved the address is
   * none: whoever registered it may not be who is meant.
   *
   * @throws Problem 422 for what is no address, or a password that is too easy; 409 for a password where there is an account.
   */
  async grant(app: App, { email, role, password }: OperatorGrant): Promise<GrantedOperator> {
    const { database, issuer } = this.parts;
    const address = readEmail(email);
    if (address === undefined) throw invalid('/email', 'must be an address that mail could be sent to');
    const hash = password === undefined ? null : await this.hash(app, address, password);
    const { userId, token } = await database.transaction(async (tx) => {
      const account = await this.accountOf(tx, { app, address, hash });
      await tx.query(GRANT_OPERATOR, [account.userId, app.id, role]);
      const subject = formatId('user', account.userId);
      const data = { userId: subject, role };
      await append(tx, [{ appId: INSTALLATION, type: 'operator.granted', subject, data }]);
      return account;
    });
    const link = token === undefined ? {} : { passwordLink: `${issuer}/recover?token=${token}` };
    return { userId: formatId('user', userId), email: address.address, role, ...link };
  }

  /** @returns whether this user had a role. */
  async remove(userId: Uuid): Promise<boolean> {
    return this.parts.database.transaction(async (tx) => {
      const { rowCount } = await tx.query(REMOVE_OPERATOR, [userId]);
      const subject = formatId('user', userId);
      if (rowCount === 1)
        await append(tx, [{ appId: INSTALLATION, type: 'operator.removed', subject, data: { userId: subject } }]);
      return rowCount === 1;
    });
  }

  private async accountOf(
    tx: Sql,
    { app, address, hash }: { readonly app: App; readonly address: EmailAddress; readonly hash: string | null },
  ): Promise<{ readonly userId: Uuid; readonly token?: string }> {
    const appId = app.id;
    await releaseUnproven(tx, this.parts.endSessions, { appId, emailKey: address.key });
    const [known] = (await tx.query<{ id: Uuid; passwordHash: string | null }>(FIND_FOR_SIGN_IN, [appId, address.key]))
      .rows;
    if (known !== undefined && hash !== null) {
      throw problems.conflict(
        'has_account',
        `${address.address} has an account, whose password is its owner's to choose.`,
      );
    }
    const userId = known?.id ?? newUuid();
    if (known === undefined) {
      await tx.query(INSERT_VOUCHED_USER, [userId, appId, address.address, address.key, hash]);
      const subject = formatId('user', userId);
      await append(tx, [{ appId, type: 'auth.user_registered', subject, data: { userId: subject } }]);
    }
    if ((known?.passwordHash ?? hash) !== null) return { userId };
    return { userId, token: await issueToken(tx, { appId, userId, purpose: 'recover', email: address }) };
  }

  private async hash(app: App, { address }: EmailAddress, password: string): Promise<string> {
    const { passwords } = this.parts;
    const why = passwords.weakness(password, { appName: app.name, email: address, name: undefined });
    if (why !== undefined) throw invalid('/password', `is too easy to guess: ${why}`);
    return passwords.hash(password);
  }
}

function invalid(pointer: string, reason: string) {
  return problems.invalid([{ pointer, reason }]);
}
