export { EgressFailed, type EgressStage } from './egress-failed.js';
export { guardedFetch, type GuardedOptions, type GuardedRequest } from './guarded-fetch.js';
export { ADDRESS_REFUSED, guardedLookup } from './guarded-lookup.js';
export { type PostAnswer, Poster } from './post.js';
export type { Resolve } from './resolve.js';
export { type EgressPolicy, policyFor, readTarget } from './target.js';
