import { telling, want } from './handler.js';

/** The account may come back and leave again, so the second of the event is part of the name. */
export const accountApplicationDeauthorized = telling(
  'application',
  ({ seen: { event } }) => [want(`deauthorized:${event.created}`, 'account.deauthorized', {})],
  { standsAlone: true },
);
