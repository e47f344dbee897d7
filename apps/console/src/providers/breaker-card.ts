import type { BreakerView, FlagOfBreaker } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { chip } from '../pages/chip.js';
import { fact } from '../pages/fact.js';
import { counted } from '../pages/numbers.js';
import { ago, exactly } from '../pages/times.js';
import { standingOf } from './standing-of.js';

/** How long a position may last. Minutes; 0: until somebody says so. */
const LASTING = [
  { minutes: 0, text: 'until somebody ends it' },
  { minutes: 15, text: 'for 15 minutes' },
  { minutes: 60, text: 'for an hour' },
  { minutes: 360, text: 'for 6 hours' },
  { minutes: 1_440, text: 'for a day' },
] as const;

/** One credential: how its breaker stands, why, and what an operator can do about it. */
export function breakerCard(breaker: BreakerView, names: AppNames): Html {
  const { credentialId, appId, waiting, processes } = breaker;
  const standing = standingOf(breaker);
  return html`<section class="card group" id="${credentialId}" aria-label="${credentialId}">
    <h3>${appLabel(names, appId)} ${chip(standing.tone, standing.text)}</h3>
    <p class="quiet"><code>${credentialId}</code></p>
    <dl class="facts">
      ${positionOf(breaker)} ${(breaker.flags ?? []).map(flagFact)} ${holdOf(breaker)}
      ${waiting === 0 ? '' : fact('Waiting', counted(waiting, 'delivery', 'deliveries'))} ${processes.map(processFact)}
    </dl>
    ${forms(breaker)}
  </section>`;
}

function positionOf({ position, reason, since, until }: BreakerView): Html {
  if (position === 'automatic' || since === null) return html``;
  const what = position === 'open' ? 'Isolated' : 'Kept closed';
  const end = until === null ? html`until somebody ends it` : html`which ends ${ago(until)} (${exactly(until)})`;
  return fact(what, html`${reason ?? ''} <span class="quiet">since ${ago(since)}, ${end}</span>`);
}

/** A flag is set in an environment or a file, and cannot be turned from here. */
function flagFact({ flag, source, reason, since, processes }: FlagOfBreaker): Html {
  return fact(
    'Off by a flag',
    html`<code>${flag}</code> in the ${source}${reason === null ? '' : html`: ${reason}`}
      <span class="quiet">since ${ago(since)}, of ${processes.join(', ')}</span>`,
  );
}

/** What its provider's answers led to. What people hold is told by its position, and by its flags. */
function holdOf({ position, flags = [], hold }: BreakerView): Html {
  if (hold === null || position === 'open' || flags.length > 0) return html``;
  const end = hold.until === null ? '' : html`, tried again ${ago(hold.until)}`;
  return fact('On hold', html`${hold.reason} <span class="quiet">since ${ago(hold.since)}${end}</span>`);
}

const STATES = { open: 'open', let_through: 'would be open', closed: 'closed again' } as const;

function processFact({ process, service, state, since, answers }: BreakerView['processes'][number]): Html {
  const last = answers.at(-1);
  return fact(
    'Process',
    html`<code>${process}</code> ${service === '' ? '' : html`to ${service}`}: ${STATES[state]} since ${ago(since)}
      ${last === undefined ? '' : html`<span class="quiet">last answer: ${last.reason}, ${ago(last.at)}</span>`}`,
  );
}

function forms({ credentialId, position }: BreakerView): Html {
  const to = `/breakers/${credentialId}`;
  const end = html`<form method="post" action="${to}">
    <input type="hidden" name="position" value="automatic" />
    <input type="hidden" name="reason" value="left to itself again" />
    <button class="primary">${position === 'open' ? 'End the isolation' : 'Leave it to itself'}</button>
  </form>`;
  return html`<div class="actions">
    ${position === 'automatic' ? '' : end}
    <details>
      <summary>Move this breaker by hand</summary>
      <form method="post" action="${to}">
        <label class="wide"
          >Why
          <input name="reason" required maxlength="500" placeholder="For whoever looks at it next" autocomplete="off"
        /></label>
        <label
          >How long
          <select name="minutes">
            ${LASTING.map(({ minutes, text }) => html`<option value="${minutes}">${text}</option>`)}
          </select>
        </label>
        <button name="position" value="open" class="danger">Isolate</button>
        <button name="position" value="closed">Keep closed</button>
      </form>
      <p class="quiet">
        Isolated, nothing is sent with it: what is meant for it waits and goes out when that ends. Kept closed, messages
        are sent however the provider answers.
      </p>
    </details>
  </div>`;
}
