import { type Html, html } from '@signalbox/html';
import type { SecondFactorMethod } from '../../sign-in/factor.js';
import type { Page } from '../document/document.js';
import { cancelForm, field, form, type FormState, primary, problemBox } from '../forms/field.js';
import { passkeyForm } from '../passkey/passkey-form.js';
import { pathOf } from '../paths.js';

export interface SecondFactorView extends FormState {
  readonly uid: string;
  readonly methods: readonly SecondFactorMethod[];
}

/** The code of an authenticator app, or a passkey, or the way to a recovery code: whatever the user has. */
export function secondFactorPage(view: SecondFactorView): Page {
  const { uid, methods, words, token, problems } = view;
  const { secondFactor } = words;
  const [totp, passkey, recovery] = (['totp', 'passkey', 'recovery_code'] as const).map((each) =>
    methods.includes(each),
  );
  return {
    title: secondFactor.title,
    faulty: problems.length > 0,
    script: passkey === true,
    body: html`<h1>${secondFactor.title}</h1>
      <p class="quiet">${totp ? secondFactor.enterCode : secondFactor.passkeyOnly}</p>
      ${problemBox(view)} ${totp ? codeForm(view, pathOf(uid, 'second-factor'), secondFactor.submit) : ''}
      ${
        passkey
          ? passkeyForm({ uid, token, label: secondFactor.withPasskey, failed: words.problems.passkey_failed })
          : ''
      }
      <div class="after">
        ${recovery ? html`<p><a href="${pathOf(uid, 'recovery-code')}">${secondFactor.withRecoveryCode}</a></p>` : ''}
        ${cancelForm(uid, view)}
      </div>`,
  };
}

export function recoveryCodePage(view: SecondFactorView): Page {
  const { uid, words, token, problems } = view;
  const { secondFactor, fields } = words;
  return {
    title: secondFactor.recoveryTitle,
    faulty: problems.length > 0,
    body: html`<h1>${secondFactor.recoveryTitle}</h1>
      <p class="quiet">${secondFactor.recovery}</p>
      ${problemBox(view)}
      ${form(
        pathOf(uid, 'recovery-code'),
        token,
        html`${field(view, {
          name: 'code',
          label: fields.recoveryCode,
          autocomplete: 'off',
          hint: secondFactor.recoveryHint,
          first: true,
          kind: 'code long',
        })}
        ${primary(secondFactor.submit)}`,
      )}
      <div class="after">
        <p class="quiet small">${secondFactor.lost}</p>
        <a href="${pathOf(uid, 'second-factor')}">${secondFactor.withCode}</a>
      </div>`,
  };
}

/** A code by mail, of somebody who has nothing else to show. */
export function mailCodePage(view: FormState & { readonly uid: string }): Page {
  const { uid, words, token, problems } = view;
  const { mailCode, secondFactor } = words;
  return {
    title: mailCode.title,
    faulty: problems.length > 0,
    body: html`<h1>${mailCode.title}</h1>
      <p class="quiet">${mailCode.text}</p>
      ${problemBox(view)} ${codeForm(view, pathOf(uid, 'mail-code'), secondFactor.submit)}
      <div class="after">
        ${form(pathOf(uid, 'mail-code/again'), token, html`<button class="plain">${mailCode.again}</button>`)}
        ${cancelForm(uid, view)}
      </div>`,
  };
}

/** Six digits, which a phone offers by itself where it can. @param first whether the page is about nothing else. */
export function codeForm(view: FormState, action: string, submit: string, first = true): Html {
  return form(
    action,
    view.token,
    html`${field(view, {
      name: 'code',
      label: view.words.fields.code,
      autocomplete: 'one-time-code',
      inputmode: 'numeric',
      first,
      kind: 'code',
    })}
    ${primary(submit)}`,
  );
}
