/** Why a provider was of no use, by what went wrong. */
export const TROUBLES = [
  'timeout',
  /** No name, no connection, no TLS, or an address that we do not call. */
  'unreachable',
  /** 5xx, or it says that it is too busy. */
  'server_error',
  /** Not JSON, not the JSON it should be, a redirect, or broken off. */
  'bad_answer',
  'too_large',
  /** It does not know us: our id, our secret or our key is wrong over there. */
  'refused',
  /** It refuses this one code. */
  'code_refused',
  'bad_signature',
  'wrong_issuer',
  'wrong_audience',
  'expired_token',
  'wrong_nonce',
  /** It says of itself something else than when it was set up; sign-in goes on with what was set up. */
  'metadata_changed',
  /** It was not asked: too much went wrong just before. */
  'resting',
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** A provider that was of no use. The message is the trouble, and holds nothing of what the provider said. */
export class ProviderTrouble extends Error {
  override readonly name = 'ProviderTrouble';

  constructor(
    readonly trouble: Trouble,
    cause?: unknown,
  ) {
    super(trouble, cause === undefined ? undefined : { cause });
  }
}

/**
 * What a visitor can bring about alone, with a code of their own or an old one: it says nothing about the provider, and must not be
 * able to close it for everybody else.
 */
export function isTheVisitors(trouble: Trouble): boolean {
  return trouble === 'code_refused' || trouble === 'wrong_nonce';
}
