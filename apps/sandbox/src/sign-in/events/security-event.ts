import type { Person } from '../people/person.js';

/** A change of somebody's account that a provider tells a client of. */
export interface SecurityEvent {
  readonly type: string;
  readonly sub: string;
  /** Absent: nobody that the provider knows. */
  readonly person: Person | undefined;
  readonly reason: string | undefined;
  readonly jti: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}
