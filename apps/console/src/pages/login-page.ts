import { html } from '@signalbox/html';
import type { Page } from './page.js';

/** The way in. `next` is where the operator wanted to go. */
export function loginPage({ next, problem }: { next: string; problem?: string }): Page {
  return {
    title: 'Sign in',
    body: html`<main class="sign-in">
      <div class="mark">Signalbox console</div>
      <form class="card" method="post" action="/login">
        ${problem === undefined ? '' : html`<p class="problem" role="alert">${problem}</p>`}
        <input name="username" value="operator" autocomplete="username" readonly hidden />
        <label for="password">Operator password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required autofocus />
        <input name="next" type="hidden" value="${next}" />
        <button class="primary">Sign in</button>
      </form>
    </main>`,
  };
}
