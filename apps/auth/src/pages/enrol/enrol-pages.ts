import { html } from '@signalbox/html';
import type { Page } from '../document/document.js';
import { cancelForm, form, type FormState, primary, problemBox } from '../forms/field.js';
import { pathOf } from '../paths.js';
import { codeForm } from '../second-factor/second-factor-pages.js';
import { qrCode } from './qr-code.js';

export interface EnrolView extends FormState {
  readonly uid: string;
  readonly appName: string;
  /** Base32. */
  readonly secret: string;
  /** `otpauth:` */
  readonly url: string;
}

/** Sets up an authenticator app, for an app that asks everybody for a second factor. */
export function enrolPage(view: EnrolView): Page {
  const { uid, appName, secret, url, words, problems } = view;
  const { enrol } = words;
  return {
    title: enrol.title,
    faulty: problems.length > 0,
    body: html`<h1>${enrol.title}</h1>
      <p class="quiet">${enrol.intro(appName)}</p>
      ${problemBox(view)}
      <p class="step">${enrol.scan}</p>
      ${qrCode(url, enrol.picture)}
      <p class="quiet small">${enrol.orType}</p>
      <code class="secret">${inGroups(secret)}</code>
      <a class="button" href="${url}">${enrol.open}</a>
      <p class="step">${enrol.enter}</p>
      ${codeForm(view, pathOf(uid, 'enrol'), enrol.submit, false)}
      <div class="after">${cancelForm(uid, view)}</div>`,
  };
}

/** Shown once, right after it. */
export function recoveryCodesPage(
  view: Pick<FormState, 'token' | 'words'> & { readonly uid: string; readonly codes: readonly string[] },
): Page {
  const { uid, token, codes, words } = view;
  const { enrol } = words;
  return {
    title: enrol.codesTitle,
    body: html`<h1>${enrol.codesTitle}</h1>
      <p class="quiet">${enrol.codes}</p>
      <ul class="codes" aria-label="${enrol.codesList}">
        ${codes.map((code) => html`<li><code class="secret">${code}</code></li>`)}
      </ul>
      ${form(pathOf(uid, 'enrol/codes'), token, primary(enrol.saved))}`,
  };
}

/** Easier to type. */
function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
