import { html } from '@signalbox/html';
import type { Page } from '../document/document.js';
import { form, type FormState } from '../forms/field.js';

/**
 * Somebody comes by a provider for the first time: before an account is made, who has one already can say so. With Apple's
 * hidden addresses nobody else can tell. Sends `account`: `mine` or `new`.
 */
export function choicePage({ action, token, words }: FormState & { readonly action: string }): Page {
  const { choice } = words;
  return {
    title: choice.title,
    body: html`<h1>${choice.title}</h1>
      <p class="quiet">${choice.text}</p>
      ${form(
        action,
        token,
        html`<button class="button primary" name="account" value="mine">${choice.mine}</button>
          <button class="button" name="account" value="new">${choice.create}</button>`,
      )}`,
  };
}
