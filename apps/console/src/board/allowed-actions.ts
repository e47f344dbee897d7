import type { OperatorRole } from '@signalbox/contracts';
import type { NeededRole } from '../roles/role.js';
import { isSafe } from '../roles/route-roles.js';

/**
 * What an operator may do on the board. Jobs carry no truth, so pausing, retrying or even obliterating loses nothing:
 * work is offered again. Adding a job or changing its data is not in the list: such work would have no record in
 * Postgres. Neither is anything that a later version of the board may bring. Whole queues are emptied by admins.
 */
const ALLOWED_ACTIONS: ReadonlyMap<string, OperatorRole> = new Map<string, OperatorRole>([
  ['PUT /api/queues/pause', 'operator'],
  ['PUT /api/queues/resume', 'operator'],
  ['PUT /api/queues/:queueName/retry/:queueStatus', 'operator'],
  ['PUT /api/queues/:queueName/promote', 'operator'],
  ['PUT /api/queues/:queueName/clean/:queueStatus', 'admin'],
  ['PUT /api/queues/:queueName/pause', 'operator'],
  ['PUT /api/queues/:queueName/resume', 'operator'],
  ['PUT /api/queues/:queueName/concurrency', 'operator'],
  ['PUT /api/queues/:queueName/rate-limit', 'operator'],
  ['PUT /api/queues/:queueName/rate-limit/release', 'operator'],
  ['PUT /api/queues/:queueName/empty', 'admin'],
  ['PUT /api/queues/:queueName/obliterate', 'admin'],
  ['PUT /api/queues/:queueName/:jobId/retry', 'operator'],
  ['PUT /api/queues/:queueName/:jobId/clean', 'operator'],
  ['PUT /api/queues/:queueName/:jobId/promote', 'operator'],
  ['PATCH /api/queues/:queueName/:jobId/delay', 'operator'],
  ['PATCH /api/queues/:queueName/:jobId/priority', 'operator'],
]);

/** What somebody must be for it; `route` is the board's own pattern, such as `/api/queues/:queueName/add`. */
export function neededOnBoard(method: string, route: string): NeededRole {
  return isSafe(method) ? 'viewer' : (ALLOWED_ACTIONS.get(`${method} ${route}`) ?? 'nobody');
}
