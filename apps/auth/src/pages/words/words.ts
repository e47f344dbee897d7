import type { en } from './en.js';

/** What a language has words for. */
export type Words = typeof en;
