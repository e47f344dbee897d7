import { z } from 'zod';
import { Problem, valid } from '../../control/problem.js';
import type { Provider } from '../providers/provider.js';
import type { SignInSide } from '../sign-in-side.js';

const providerParams = z.object({ provider: z.string() });

/** The provider in the path of a control call. @throws Problem 404 */
export function providerOf(signIn: SignInSide, params: unknown): Provider {
  const { provider: name } = valid(providerParams, params);
  const provider = signIn.providers.find(name);
  if (!provider)
    throw new Problem(404, 'not_found', `${name} is no provider: google, apple, or small letters, digits and -`);
  return provider;
}

/** @throws Problem 404 */
export function missing(what: string, id: string, provider: Provider): Problem {
  return new Problem(404, 'not_found', `${provider.name} has no ${what} ${id}`);
}
