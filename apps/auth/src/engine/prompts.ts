import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { UserAccount } from './account.js';
import { contextOf } from './client-metadata.js';

/** A second factor was shown, or a passkey that is two at once. */
export const TWO_FACTORS = 'urn:signalbox:2fa';
export const ONE_FACTOR = 'urn:signalbox:1fa';

const { Check, base } = interactionPolicy;

/** When a visitor is asked to sign in or to confirm: the engine's own reasons, and four of ours. */
export function prompts(): interactionPolicy.DefaultPolicy {
  const policy = base();
  const login = policy.get('login')!;
  login.checks.add(
    new Check('account_gone', 'the user may not sign in any more', ({ oidc }) =>
      ask(hasLogin(oidc) && oidc.account === undefined),
    ),
  );
  login.checks.add(
    // One browser serves all apps; who is signed in at one is nobody at another.
    new Check('other_app', 'the browser is signed in at another app', ({ oidc }) => {
      const account = oidc.account as UserAccount | undefined;
      return ask(account !== undefined && account.user.app_id !== contextOf(oidc.client!).appId);
    }),
  );
  login.checks.add(
    new Check('signed_out', 'the user was signed out everywhere since', ({ oidc }) => {
      const account = oidc.account as UserAccount | undefined;
      const isOld = account !== undefined && isSignedOut(oidc.session?.loginTs, account.user.signed_out_at);
      return ask(isOld && oidc.result?.login === undefined);
    }),
  );
  login.checks.add(
    // RFC 9470 section 4. Asked once: who has no second factor goes on with one, and is refused where two are needed.
    new Check('acr_values', 'a second factor is asked for', ({ oidc }) => {
      const values = oidc.params?.['acr_values'];
      const asked = typeof values === 'string' ? values.split(' ') : [];
      const isShort = asked.includes(TWO_FACTORS) && !asked.includes(ONE_FACTOR) && oidc.session?.acr !== TWO_FACTORS;
      return ask(isShort && oidc.result?.login === undefined);
    }),
  );
  return policy;
}

/** Whether a browser that signed in then, in seconds since 1970, was signed out since. The second that both are in counts as before. */
export function isSignedOut(loginTs: number | undefined, signedOutAt: Date | null): boolean {
  return signedOutAt !== null && (loginTs ?? 0) <= secondOf(signedOutAt);
}

/** When somebody signed in, as browsers know it: in a later second than they were signed out before. */
export function loginTsAfter(signedOutAt: Date | null, now: Date): number {
  return Math.max(secondOf(now), signedOutAt === null ? 0 : secondOf(signedOutAt) + 1);
}

const secondOf = (date: Date): number => Math.floor(date.getTime() / 1_000);

function hasLogin(oidc: KoaContextWithOIDC['oidc']): boolean {
  return oidc.session?.accountId !== undefined;
}

function ask(isNeeded: boolean): boolean {
  return isNeeded ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
}
