import type { NetworkKind } from './networks/network-kind.js';

/** What is known when somebody has proven who they are: all that the rules of a sign-in look at. */
export interface Circumstances {
  /** Nobody has signed in to this account before. */
  readonly isFirst: boolean;
  /** `unnamed`: it keeps nothing by which we would know it again. */
  readonly device: 'known' | 'new' | 'unnamed';
  readonly network: NetworkKind | undefined;
  readonly country: string | undefined;
  /** The countries that this account was signed in from. */
  readonly countries: readonly string[];
  /** Other accounts that were signed in to from the same network, lately and with a device that was new to them. */
  readonly neighbours: number;
  /** The user said "that was not me", and the password is still the one of that time. */
  readonly isPasswordDue: boolean;
  readonly amr: readonly string[];
}
