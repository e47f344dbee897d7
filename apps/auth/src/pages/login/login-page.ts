import { type Html, html } from '@signalbox/html';
import type { Page } from '../document/document.js';
import { cancelForm, field, form, type FormState, primary, problemBox } from '../forms/field.js';
import { passkeyForm } from '../passkey/passkey-form.js';
import { pathOf } from '../paths.js';
import type { ProviderButton } from '../ports.js';
import { APPLE_MARK, GOOGLE_MARK, KEY_MARK } from './provider-marks.js';

export interface LoginView extends FormState {
  readonly uid: string;
  readonly appName: string;
  readonly email: string | undefined;
  readonly providers: readonly ProviderButton[];
  readonly mayRegister: boolean;
}

/** Who are you? */
export function loginPage(view: LoginView): Page {
  const { uid, words, email, token, problems, providers } = view;
  const { login, fields } = words;
  return {
    title: login.title,
    faulty: problems.length > 0,
    script: true,
    body: html`<h1>${login.title}</h1>
      ${problemBox(view)}
      ${form(
        pathOf(uid, 'login'),
        token,
        html`${field(view, {
            name: 'email',
            label: fields.email,
            type: 'email',
            value: email,
            autocomplete: 'username',
          })}
          ${field(view, {
            name: 'password',
            label: fields.password,
            type: 'password',
            autocomplete: 'current-password',
          })}
          ${primary(login.submit)}
          <p class="after small"><a href="${pathOf(uid, 'recover')}">${login.forgot}</a></p>`,
      )}
      ${
        providers.length === 0
          ? ''
          : html`<div class="or">${login.or}</div>
              ${providers.map((provider) => providerLink(uid, provider, login.withProvider(provider.label)))}`
      }
      ${passkeyForm({ uid, token, label: login.withPasskey, failed: words.problems.passkey_failed })}
      <div class="after">${view.mayRegister ? registerLine(view) : ''} ${cancelForm(uid, view)}</div>`,
  };
}

/** A link, not a form: what it leads to is another site's, which the page's policy does not have to know. */
function providerLink(uid: string, { name, brand }: ProviderButton, text: string): Html {
  const marks = { google: GOOGLE_MARK, apple: APPLE_MARK, other: KEY_MARK };
  return html`<a class="button" href="${pathOf(uid, `with/${encodeURIComponent(name)}`)}">
    ${marks[brand]}<span>${text}</span>
  </a>`;
}

function registerLine({ uid, appName, words: { login } }: LoginView): Html {
  return html`<p>
    <span class="quiet">${login.newHere(appName)}</span> <a href="${pathOf(uid, 'register')}">${login.register}</a>
  </p>`;
}
