import { html } from '@signalbox/html';
import { initialOf, type Page } from '../document/document.js';
import { cancelForm, form, type FormState, primary, problemBox } from '../forms/field.js';
import { pathOf } from '../paths.js';
import type { Person } from '../ports.js';

export interface ConsentView extends FormState {
  readonly uid: string;
  readonly appName: string;
  readonly person: Person | undefined;
}

/**
 * "Continue as Ann": one tap. An app on a phone cannot prove that it is the app, so the user is asked (RFC 8252 section 8.6),
 * and Chrome opens apps only after a gesture.
 */
export function consentPage(view: ConsentView): Page {
  const { uid, appName, words, token, person, problems } = view;
  const { consent } = words;
  const { name, email } = person ?? { name: null, email: null };
  const called = name ?? email ?? consent.somebody;
  const title = consent.title(appName);
  return {
    title,
    faulty: problems.length > 0,
    body: html`<h1>${title}</h1>
      <p class="quiet">${consent.intro}</p>
      ${problemBox(view)}
      <div class="person">
        <span class="initial" aria-hidden="true">${initialOf(called)}</span>
        <div>
          <strong>${called}</strong
          >${name === null || email === null ? '' : html`<span class="quiet small">${email}</span>`}
        </div>
      </div>
      ${form(pathOf(uid, 'consent'), token, primary(name === null ? consent.goOn : consent.goOnAs(name)))}
      <div class="after">
        <p><a href="${pathOf(uid, 'login')}">${consent.another}</a></p>
        ${cancelForm(uid, view)}
      </div>`,
  };
}
