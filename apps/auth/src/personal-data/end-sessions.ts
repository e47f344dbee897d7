import { writeRevocations } from '@signalbox/access';
import { formatId } from '@signalbox/contracts';
import type { Sessions } from '../sessions/sessions.js';
import type { EndSessions } from './request-desk.js';

/** Signs a user out everywhere, for good: every service refuses what was issued to them, whichever session it is of. */
export function endSessionsBy(sessions: Sessions): EndSessions {
  return async (tx, { appId, userId }) => {
    await sessions.revokeAll(tx, { appId, userId, reason: 'user_deleted' });
    await writeRevocations(tx, [{ kind: 'sub', value: formatId('user', userId) }]);
  };
}
