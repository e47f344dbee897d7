import { Html, html } from '@signalbox/html';
import type { EnginePages, PageOwner } from '../engine/pages.js';
import { type Page, type Setting, wholePage } from './document/document.js';
import { messagePage } from './message-page.js';
import { NEUTRAL_THEME, themeOf } from './theme/theme.js';
import { localeFor, wordsIn } from './words/locale.js';

/** The pages that the engine shows itself, looking like all others. */
export function enginePages(): EnginePages {
  return {
    error: ({ code, description, locale }) => render(settingOf(undefined, locale), errorPage(code, description)),
    signOut: ({ form, app, locale }) => render(settingOf(app, locale), signOutPage(form)),
    signedOut: ({ app, locale }) =>
      render(settingOf(app, locale), ({ words: { signOut } }) => messagePage(signOut.doneTitle, [signOut.done])),
  };
}

/** What is wrong with a request is for those who make the app: the visitor is told how to go on. */
function errorPage(code: string, description: string | undefined) {
  return ({ words: { failure, over } }: Setting): Page => {
    // The engine's way to say that there is no such sign-in, or not in this browser.
    if (code === 'invalid_request' && description?.includes('session') === true)
      return messagePage(over.title, [over.text]);
    if (code === 'server_error') return messagePage(failure.title, [failure.text]);
    const told = description === undefined ? code : `${code}: ${description}`;
    return messagePage(failure.requestTitle, [failure.request, html`<code>${told}</code>`]);
  };
}

/** @param form the engine's own, without buttons. Who does not want to sign out has signed out of nothing by looking. */
function signOutPage(form: string) {
  return ({ words: { signOut }, theme }: Setting): Page => ({
    title: signOut.title,
    body: html`<h1>${signOut.title}</h1>
      <p class="quiet">${signOut.ask(theme.displayName)}</p>
      ${new Html(form)}
      <button class="button primary" form="op.logoutForm" name="logout" value="yes">${signOut.yes}</button>
      <button class="button" form="op.logoutForm">${signOut.no}</button>`,
  });
}

function render(setting: Setting, page: (setting: Setting) => Page): string {
  return wholePage(setting, page(setting)).text;
}

/** @param asked as the request has it: `ui_locales`, or what the browser accepts. */
function settingOf(app: PageOwner | undefined, asked: string | undefined): Setting {
  const locale = localeFor({ accepted: asked?.replaceAll(/\s+(;?)/g, (_all, weight: string) => weight || ',') });
  // Without the logo: the policy of the engine's answers lets nothing be loaded.
  const theme = app === undefined ? NEUTRAL_THEME : { ...themeOf(app.settings, app.name), logoUrl: undefined };
  return { words: wordsIn(locale), theme, formTargets: [] };
}
