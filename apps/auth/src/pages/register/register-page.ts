import { type Html, html } from '@signalbox/html';
import type { Page } from '../document/document.js';
import { field, form, type FormState, primary, problemBox } from '../forms/field.js';
import { messagePage } from '../message-page.js';
import { pathOf } from '../paths.js';
import type { Words } from '../words/words.js';

export interface RegisterView extends FormState {
  readonly uid: string;
  readonly appName: string;
  readonly values: { readonly email?: string | undefined; readonly name?: string | undefined };
  readonly hasTerms: boolean;
}

export function registerPage(view: RegisterView): Page {
  const { uid, appName, token, problems, values, hasTerms, words } = view;
  const { register, fields } = words;
  return {
    title: register.title,
    faulty: problems.length > 0,
    body: html`<h1>${register.title}</h1>
      ${problemBox(view)}
      ${form(
        pathOf(uid, 'register'),
        token,
        html`${field(view, {
          name: 'email',
          label: fields.email,
          type: 'email',
          value: values.email,
          autocomplete: 'username',
        })}
        ${field(view, {
          name: 'name',
          label: fields.name,
          value: values.name,
          autocomplete: 'name',
          hint: fields.nameHint,
          optional: true,
        })}
        ${field(view, {
          name: 'password',
          label: fields.password,
          type: 'password',
          autocomplete: 'new-password',
          hint: fields.passwordHint,
        })}
        ${hasTerms ? html`<p class="quiet small">${register.agree(appName)}</p>` : ''} ${primary(register.submit)}`,
      )}
      <div class="after">
        <p><span class="quiet">${register.known}</span> <a href="${pathOf(uid, 'login')}">${register.signIn}</a></p>
      </div>`,
  };
}

/** Instead of it, where an app takes nobody new. */
export function closedPage(uid: string, appName: string, words: Words): Page {
  const { closedTitle, closed } = words.register;
  return messagePage(closedTitle, [closed(appName)], backToSignIn(uid, words));
}

export function backToSignIn(uid: string, { actions }: Words): Html {
  return html`<div class="after"><a href="${pathOf(uid, 'login')}">${actions.backToSignIn}</a></div>`;
}
