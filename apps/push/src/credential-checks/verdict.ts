import type { CredentialCheck } from '@signalbox/contracts';

/** What a dry run came to, without what was tried. */
export type Verdict = Pick<CredentialCheck, 'verdict' | 'said' | 'remedy'>;
