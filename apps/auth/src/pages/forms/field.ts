import { type Html, html } from '@signalbox/html';
import type { Words } from '../words/words.js';
import { type FieldName, firstFaulty, type FormProblem, problemsOf, sentence } from './form-problem.js';
import { TOKEN_FIELD } from './form-tokens.js';

/** What a form was sent with, and what is to be put right. */
export interface FormState {
  readonly problems: readonly FormProblem[];
  readonly token: string;
  readonly words: Words;
}

export interface Field {
  readonly name: FieldName;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly value?: string | undefined;
  /** What a browser or a password manager may fill in (WCAG 1.3.5). */
  readonly autocomplete: string;
  readonly inputmode?: 'numeric';
  readonly hint?: string;
  readonly optional?: boolean;
  /** Something beside the label. */
  readonly aside?: Html;
  /** The page is about nothing but this field: the cursor is in it. */
  readonly first?: boolean;
  /** How it looks. */
  readonly kind?: 'code' | 'code long';
}

/** A labelled input with its hint and its errors; the cursor is in the first one that has to be put right. */
export function field(state: FormState, { name, label, type = 'text', value = '', ...more }: Field): Html {
  const { autocomplete, inputmode, hint, optional = false, aside, first = false, kind } = more;
  const wrong = problemsOf(state.problems, name);
  const general = problemsOf(state.problems, null);
  const faulty = firstFaulty(state.problems);
  // Where nothing is wrong with a field by itself, the cursor goes where one would try again: to the last one that is filled in by hand.
  const focused = faulty === undefined ? first || (general.length > 0 && name === 'password') : faulty === name;
  const described = [
    ...(wrong.length > 0 ? [`${name}-error`] : []),
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(general.length > 0 && focused ? ['problem'] : []),
  ];
  return html`<div class="field ${kind ?? ''}">
    <div class="label"><label for="${name}">${label}</label>${aside ?? ''}</div>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      ${type === 'password' ? '' : html`value="${value}"`}
      ${inputmode === undefined ? '' : html`inputmode="${inputmode}"`}
      ${type === 'text' && name === 'name' ? '' : html`autocapitalize="none" autocorrect="off" spellcheck="false"`}
      ${optional ? '' : html`required`}
      ${wrong.length > 0 ? html`aria-invalid="true"` : ''}
      ${described.length > 0 ? html`aria-describedby="${described.join(' ')}"` : ''}
      ${focused ? html`autofocus` : ''}
    />
    ${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}
    ${
      wrong.length === 0
        ? ''
        : html`<p class="error" id="${name}-error" role="alert">
            ${wrong.map((problem) => sentence(problem, state.words)).join(' ')}
          </p>`
    }
  </div>`;
}

/** What is wrong with the form as a whole, in front of it. */
export function problemBox({ problems, words }: Pick<FormState, 'problems' | 'words'>): Html {
  const general = problemsOf(problems, null);
  if (general.length === 0) return html``;
  return html`<div class="box bad" id="problem" role="alert">
    ${general.map((problem) => sentence(problem, words)).join(' ')}
  </div>`;
}

/**
 * A form as we send them. The browser checks nothing by itself: it would speak its own language, and before we can say what
 * the remedy is.
 */
export function form(action: string, token: string, content: Html): Html {
  return html`<form method="post" action="${action}" novalidate>
    <input type="hidden" name="${TOKEN_FIELD}" value="${token}" />
    ${content}
  </form>`;
}

export function primary(text: string): Html {
  return html`<button class="button primary">${text}</button>`;
}

/** The way out, at the end of a page: the app is told that nobody signed in. */
export function cancelForm(uid: string, { token, words }: Pick<FormState, 'token' | 'words'>): Html {
  return form(`/sign-in/${uid}/cancel`, token, html`<button class="plain small">${words.actions.cancel}</button>`);
}
