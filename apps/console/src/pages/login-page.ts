import { type Html, html } from '@signalbox/html';
import type { Page } from './page.js';

export interface LoginPageParts {
  /** Where the operator wanted to go. */
  readonly next: string;
  readonly problem?: string;
  /** Whether operators have accounts of their own here. */
  readonly hasAccounts: boolean;
}

/** The ways in. */
export function loginPage({ next, problem, hasAccounts }: LoginPageParts): Page {
  const trouble = problem === undefined ? html`` : html`<p class="problem" role="alert">${problem}</p>`;
  return {
    title: 'Sign in',
    body: html`<main class="sign-in">
      <div class="mark">Signalbox console</div>
      ${hasAccounts ? ownAccount(next, trouble) : ''}
      <form class="card" method="post" action="/login">
        ${
          hasAccounts
            ? html`<p class="quiet">
                Break glass: for when nobody can sign in with an account. It opens everything, and each use is written
                into the event log.
              </p>`
            : trouble
        }
        <input name="username" value="operator" autocomplete="username" readonly hidden />
        <label for="password">Operator password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          ${hasAccounts ? '' : html`autofocus`}
        />
        <input name="next" type="hidden" value="${next}" />
        <button class="${hasAccounts ? 'wide' : 'primary'}">
          ${hasAccounts ? 'Sign in with the password' : 'Sign in'}
        </button>
      </form>
    </main>`,
  };
}

function ownAccount(next: string, trouble: Html): Html {
  return html`<section class="card way-in" aria-label="Your account">
    ${trouble}
    <a class="primary" href="/login/start?next=${encodeURIComponent(next)}">Sign in with your account</a>
  </section>`;
}

/**
 * Leads on by itself. The browser came from another site, so it brings the session only to what a page of ours sends it to: a redirect
 * would arrive without it.
 */
export function signedInPage(next: string): Page {
  return {
    title: 'Signed in',
    refreshTo: next,
    body: html`<main class="sign-in">
      <div class="mark">Signalbox console</div>
      <p class="card">You are signed in. <a href="${next}">Go on</a></p>
    </main>`,
  };
}

/**
 * Leads on to where the session of the account ends. A page of ours, since the policy of our pages lets no form lead to another site, be
 * it by a redirect.
 */
export function signedOutPage(accountEndsAt: string): Page {
  return {
    title: 'Signed out',
    refreshTo: accountEndsAt,
    body: html`<main class="sign-in">
      <div class="mark">Signalbox console</div>
      <p class="card">You are signed out of the console. <a href="${accountEndsAt}">Sign out of your account</a></p>
    </main>`,
  };
}
