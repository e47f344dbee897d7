import { INSTALLATION, type OperatorAction } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';

/** Facts about operators: they belong to the installation, so that no app's feed shows who works here, and no erasure of a user's takes them away. */
export class OperatorActions {
  constructor(private readonly database: Database) {}

  async write({ kind, ...data }: OperatorAction): Promise<void> {
    const type = kind === 'signed_in' ? 'operator.signed_in' : 'operator.acted';
    await append(this.database, [{ appId: INSTALLATION, type, subject: data.operator, data }]);
  }
}
