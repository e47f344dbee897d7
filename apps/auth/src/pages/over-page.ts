import type { Page } from './document/document.js';
import { messagePage } from './message-page.js';
import type { Words } from './words/words.js';

/** Instead of a page whose sign-in is over: how to begin again. */
export function overPage({ over }: Words): Page {
  return messagePage(over.title, [over.text]);
}
