import type { Uuid } from '@signalbox/contracts';
import type { SealContext } from './envelope.js';

/** Where `credential.sealed` lives. */
export const credentialContext = (appId: Uuid): SealContext => ({ appId, table: 'credential', column: 'sealed' });

/** Where `data_key.sealed` lives. */
export const dataKeyContext = (appId: Uuid): SealContext => ({ appId, table: 'data_key', column: 'sealed' });
