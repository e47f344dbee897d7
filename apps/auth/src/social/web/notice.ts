/**
 * What a visitor is told at the sign-in page after a way to a provider that led nowhere. `silent`: it does not answer as it should, and
 * everything else still works. `cancelled`: they went back over there. `failed`: its answer was old, came twice, or was for somebody
 * else. `needs_proof`: it is known who they are over there; they sign in to their account here, and the two are linked.
 */
export type Notice = 'silent' | 'cancelled' | 'failed' | 'needs_proof';

/** The sign-in page of an interaction, with a notice. Neither says anything about an account. */
export function signInPage(uid: string, trouble: Notice, provider: string): string {
  return `/sign-in/${encodeURIComponent(uid)}?${new URLSearchParams({ trouble, with: provider }).toString()}`;
}
