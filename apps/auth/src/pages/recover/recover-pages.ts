import { html } from '@signalbox/html';
import type { Page } from '../document/document.js';
import { field, form, type FormState, primary, problemBox } from '../forms/field.js';
import { messagePage } from '../message-page.js';
import { pathOf } from '../paths.js';
import { backToSignIn } from '../register/register-page.js';
import type { Words } from '../words/words.js';

export function askPage(view: FormState & { readonly uid: string; readonly email: string | undefined }): Page {
  const { uid, token, words, email, problems } = view;
  const { recover, fields } = words;
  return {
    title: recover.askTitle,
    faulty: problems.length > 0,
    body: html`<h1>${recover.askTitle}</h1>
      <p class="quiet">${recover.ask}</p>
      ${problemBox(view)}
      ${form(
        pathOf(uid, 'recover'),
        token,
        html`${field(view, {
          name: 'email',
          label: fields.email,
          type: 'email',
          value: email,
          autocomplete: 'username',
          first: true,
        })}
        ${primary(recover.send)}`,
      )}
      ${backToSignIn(uid, words)}`,
  };
}

/** Says the same whether there is such an account. */
export function sentPage(uid: string, email: string | undefined, words: Words): Page {
  const { recover, checkMail } = words;
  const sent = email === undefined ? recover.sentSomewhere : recover.sent(email);
  return messagePage(recover.sentTitle, [sent, checkMail.nothing], backToSignIn(uid, words));
}

export function resetPage(view: FormState): Page {
  const { token, words, problems } = view;
  const { recover, fields } = words;
  return {
    title: recover.resetTitle,
    faulty: problems.length > 0,
    body: html`<h1>${recover.resetTitle}</h1>
      <p class="quiet">${recover.reset}</p>
      ${problemBox(view)}
      ${form(
        '/recover',
        token,
        html`${field(view, {
          name: 'password',
          label: fields.newPassword,
          type: 'password',
          autocomplete: 'new-password',
          hint: fields.passwordHint,
          first: true,
        })}
        ${primary(recover.save)}`,
      )}`,
  };
}
