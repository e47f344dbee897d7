import { OPERATOR_ROLES, type OperatorRole } from '@signalbox/contracts';

/**
 * What a route asks for: a role; nothing, as the way in; nothing but a session, since those without a role sign out, too;
 * or it is done for nobody.
 */
export type NeededRole = OperatorRole | 'anybody' | 'signed_in' | 'nobody';

/** Whether whoever has the role `has`, if any, may do what needs `needed`: each may do what those before it may. */
export function reaches(has: OperatorRole | undefined, needed: NeededRole): boolean {
  if (needed === 'anybody' || needed === 'signed_in') return true;
  return needed !== 'nobody' && has !== undefined && OPERATOR_ROLES.indexOf(has) >= OPERATOR_ROLES.indexOf(needed);
}
