/** An access token or the proof beside it is not good. The message is shown to whoever sent it, and repeats nothing of it. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(
    reason: string,
    readonly code: 'invalid_token' | 'invalid_dpop_proof' = 'invalid_token',
  ) {
    super(reason);
  }
}
