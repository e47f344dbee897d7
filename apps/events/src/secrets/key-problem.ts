import { type Problem, problems } from '@signalbox/http';
import { KeyMismatch } from './secret-material.js';

/** The answer for a given key that cannot be used; `undefined` for any other error. */
export function keyProblem(error: unknown, pointer: string): Problem | undefined {
  if (!(error instanceof KeyMismatch)) return undefined;
  return problems.invalid([{ pointer, reason: 'must be a seed and the public key that belongs to it' }]);
}
