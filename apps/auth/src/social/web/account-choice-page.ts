import { html } from '@signalbox/html';
import type { Page } from '../../pages/document/document.js';
import { form } from '../../pages/forms/field.js';
import type { Words } from '../../pages/words/words.js';

/** Somebody whom nobody knows here, and whose address says nothing: do they have an account already? It looks the same for everybody. */
export function accountChoicePage({
  action,
  token,
  words: { accountChoice },
}: {
  readonly action: string;
  readonly token: string;
  readonly words: Words;
}): Page {
  return {
    title: accountChoice.title,
    body: html`<h1>${accountChoice.title}</h1>
      <p class="quiet">${accountChoice.text}</p>
      ${form(
        action,
        token,
        html`<button class="button primary" name="account" value="new">${accountChoice.create}</button>
          <button class="button" name="account" value="mine">${accountChoice.have}</button>`,
      )}`,
  };
}
