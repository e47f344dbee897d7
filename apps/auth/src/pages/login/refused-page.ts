import { html } from '@signalbox/html';
import type { NextStep } from '../../sign-in/next-step.js';
import type { Page } from '../document/document.js';
import { messagePage } from '../message-page.js';
import { pathOf } from '../paths.js';
import { backToSignIn } from '../register/register-page.js';
import type { Words } from '../words/words.js';

type Reason = Extract<NextStep, { next: 'refused' }>['reason'];

/** Where each reason is told; `no-account` is also where other parts send a visitor whose account may not be used. */
export const REFUSED_PAGES = {
  unusual: 'refused',
  account: 'no-account',
  password_reset_due: 'password-due',
} as const satisfies Record<Reason, string>;

/** Not this time, and what can be done. */
export function refusedPage(reason: Reason, uid: string, words: Words): Page {
  const { refused } = words;
  const reset = html`<a class="button primary" href="${pathOf(uid, 'recover')}">${refused.reset}</a>`;
  const back = backToSignIn(uid, words);
  switch (reason) {
    case 'unusual':
      return messagePage(refused.title, [refused.text], html`${reset}${back}`);
    case 'account':
      return messagePage(refused.title, [refused.disabled], back);
    case 'password_reset_due':
      return messagePage(refused.passwordTitle, [refused.password], html`${reset}${back}`);
  }
}
