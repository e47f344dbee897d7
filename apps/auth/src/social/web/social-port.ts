import type { WebSignIn } from './web-sign-in.js';

/** What the routes ask of signing in with a provider. */
export type SocialPort = Pick<WebSignIn, 'begin' | 'answer' | 'finish' | 'create'>;
