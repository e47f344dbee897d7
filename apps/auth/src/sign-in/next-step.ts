import type { SecondFactorMethod } from './factor.js';

/**
 * Where a visitor goes next:
 * - `finish`: to this address, by 303; the engine goes on there;
 * - `second-factor`: one of these has to be shown, too;
 * - `enrol`: this app asks everybody for a second factor, and the user has none yet;
 * - `verify-email`: this app lets nobody in whose address is not proven;
 * - `begin`: what was proven counts no longer, since the user was signed out meanwhile: to the first factor;
 * - `wrong-password`: the password was verified while its owner got another one: that is as if it had been wrong;
 * - `refused`: not this time. The visitor is told no more than that, but for a password that has to be
 *   changed first: only the user, by mail, can do so.
 */
export type NextStep =
  | { readonly next: 'finish'; readonly redirectTo: string }
  | { readonly next: 'second-factor'; readonly methods: readonly SecondFactorMethod[] }
  | { readonly next: 'enrol' }
  | { readonly next: 'verify-email' }
  | { readonly next: 'begin' }
  | { readonly next: 'wrong-password' }
  | { readonly next: 'refused'; readonly reason: 'unusual' | 'account' | 'password_reset_due' };
