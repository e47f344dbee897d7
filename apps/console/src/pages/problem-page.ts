import { html } from '@signalbox/html';
import type { Problem } from '@signalbox/http';
import { sentenceOf } from './act.js';
import { operatorPage } from './operator-page.js';
import type { Page } from './page.js';

/** Instead of a page that cannot be shown: why, and the way back. */
export function problemPage(problem: Problem): Page {
  return operatorPage({
    title: problem.title,
    trail: [{ text: 'Console', url: '/' }],
    message: { kind: 'problem', text: sentenceOf(problem) },
    body: html``,
  });
}
