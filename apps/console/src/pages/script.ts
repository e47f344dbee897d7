/**
 * The one script of the console's own pages. Everything works without it; with it `/` leads to the search field, the newest page of the log
 * follows the log, the page of a run over dead letters shows how far it is, the figures of the overview are brought up to date, and a button
 * that was pressed is not pressed twice.
 */
export const SCRIPT = `'use strict';
const TAIL_EVERY_MS = 2000;
const MOST_ROWS = 500;
const PROGRESS_EVERY_MS = 1000;
const LIVE_EVERY_MS = 5000;

document.addEventListener('keydown', (event) => {
  const field = document.querySelector('form.find input');
  const isWriting = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey || !field) return;
  event.preventDefault();
  field.focus();
});

document.addEventListener('submit', (event) => {
  const { target: form } = event;
  if (form.method !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
});
// A page that the browser kept and shows again may send its forms again.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

const tail = document.querySelector('[data-tail]');
if (tail) {
  const follow = async () => {
    if (document.visibilityState === 'visible') {
      const address = new URL(tail.dataset.tail, location.href);
      address.searchParams.set('rows', '1');
      const newest = tail.querySelector('tr')?.dataset.id;
      if (newest) address.searchParams.set('after', newest);
      const answer = await fetch(address, { headers: { accept: 'text/html' } });
      if (answer.ok) tail.insertAdjacentHTML('afterbegin', await answer.text());
      while (tail.rows.length > MOST_ROWS) tail.deleteRow(-1);
    }
  };
  const again = () => setTimeout(() => follow().catch(() => undefined).finally(again), TAIL_EVERY_MS);
  again();
}

// How far something is, until its page has another state to show.
const progress = document.querySelector('[data-progress]');
if (progress) {
  const look = async () => {
    const answer = await fetch(progress.dataset.progress, { headers: { accept: 'text/html' } });
    // Signed out meanwhile, it would be the sign-in page.
    if (!answer.ok || answer.redirected) return;
    if (answer.headers.get('signalbox-over')) location.reload();
    else progress.innerHTML = await answer.text();
  };
  const again = () => setTimeout(() => look().catch(() => undefined).finally(again), PROGRESS_EVERY_MS);
  again();
}

const live = document.querySelector('[data-live]');
if (live?.dataset.live) {
  const refresh = async () => {
    // Nothing is taken away from under somebody who reads it out, marks it or moves through it by keys.
    const isInUse = live.contains(document.activeElement) || !getSelection().isCollapsed;
    if (document.visibilityState !== 'visible' || isInUse) return;
    const answer = await fetch(live.dataset.live, { headers: { accept: 'text/html' } });
    // Signed out meanwhile, it would be the sign-in page.
    if (answer.ok && !answer.redirected) live.innerHTML = await answer.text();
  };
  const again = () => setTimeout(() => refresh().catch(() => undefined).finally(again), LIVE_EVERY_MS);
  again();
}
`;
