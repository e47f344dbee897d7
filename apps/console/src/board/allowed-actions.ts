/**
 * What an operator may do on the board. Jobs carry no truth, so pausing, retrying or even obliterating loses nothing:
 * work is offered again. Adding a job or changing its data is not in the list: such work would have no record in
 * Postgres. Neither is anything that a later version of the board may bring.
 */
const ALLOWED_ACTIONS: ReadonlySet<string> = new Set([
  'PUT /api/queues/pause',
  'PUT /api/queues/resume',
  'PUT /api/queues/:queueName/retry/:queueStatus',
  'PUT /api/queues/:queueName/promote',
  'PUT /api/queues/:queueName/clean/:queueStatus',
  'PUT /api/queues/:queueName/pause',
  'PUT /api/queues/:queueName/resume',
  'PUT /api/queues/:queueName/concurrency',
  'PUT /api/queues/:queueName/rate-limit',
  'PUT /api/queues/:queueName/rate-limit/release',
  'PUT /api/queues/:queueName/empty',
  'PUT /api/queues/:queueName/obliterate',
  'PUT /api/queues/:queueName/:jobId/retry',
  'PUT /api/queues/:queueName/:jobId/clean',
  'PUT /api/queues/:queueName/:jobId/promote',
  'PATCH /api/queues/:queueName/:jobId/delay',
  'PATCH /api/queues/:queueName/:jobId/priority',
]);

/** `route` is the board's own pattern, such as `/api/queues/:queueName/add`. */
export function isAllowed(method: string, route: string): boolean {
  return method === 'GET' || method === 'HEAD' || ALLOWED_ACTIONS.has(`${method} ${route}`);
}
