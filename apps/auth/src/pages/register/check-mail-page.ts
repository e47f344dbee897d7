import { html } from '@signalbox/html';
import type { Page } from '../document/document.js';
import { form, type FormState, problemBox } from '../forms/field.js';
import { messagePage } from '../message-page.js';
import { pathOf } from '../paths.js';

export interface CheckMailView extends FormState {
  readonly uid: string;
  readonly email: string | undefined;
  /** `registered` says the same to everybody; `unproven` only to somebody who has shown the password. */
  readonly why: 'registered' | 'unproven';
  readonly mustVerify: boolean;
  readonly sentAgain: boolean;
}

export function checkMailPage(view: CheckMailView): Page {
  const { uid, token, words, email, why, mustVerify, sentAgain } = view;
  const { checkMail } = words;
  const sent = email === undefined ? checkMail.sent : checkMail.sentTo(email);
  const text = why === 'unproven' ? [checkMail.unproven] : [sent, mustVerify ? checkMail.required : checkMail.later];
  return messagePage(
    checkMail.title,
    [...text, checkMail.nothing],
    html`${problemBox(view)} ${sentAgain ? html`<div class="box good" role="status">${checkMail.sentAgain}</div>` : ''}
      <a class="button primary" href="${pathOf(uid, 'login')}">${checkMail.signIn}</a>
      <div class="after">
        ${
          why === 'unproven'
            ? form(pathOf(uid, 'check-mail'), token, html`<button class="plain">${checkMail.sendAgain}</button>`)
            : html`<a href="${pathOf(uid, 'register')}">${checkMail.again}</a>`
        }
      </div>`,
  );
}
