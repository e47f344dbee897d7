import { formatId, newUuid } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { fieldsOf, type LetterGroup } from './letter-group.js';

/** What to know before pressing Replay: letters that may have arrived say so in their reason. */
export function warningFor(reason: string): Html {
  if (!reason.startsWith('may_have_arrived')) return html``;
  return html`<p>It may have arrived: nobody knows. Replayed, it may show on a phone twice.</p>`;
}

/** Replay and Discard for the letters of a group: each the beginning of one run, however often it is sent. */
export function groupForms(group: LetterGroup): Html {
  const hidden = fieldsOf(group).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
  return html`<div class="actions">
    <form method="post" action="/dead-letters/replay">
      ${hidden} ${ofOneRun()}
      <label>
        Sent per second
        <input name="perSecond" type="number" value="100" min="1" max="1000" required />
      </label>
      <button>Replay</button>
    </form>
    <form method="post" action="/dead-letters/discard">
      ${hidden} ${ofOneRun()} ${noteField()}
      <button class="danger">Discard</button>
    </form>
  </div>`;
}

/** Replay and Discard for one letter. */
export function letterForms(id: string): Html {
  return html`<div class="actions">
    <form method="post" action="/dead-letters/${id}/replay"><button>Replay</button></form>
    <form method="post" action="/dead-letters/${id}/discard">
      ${noteField()}
      <button class="danger">Discard</button>
    </form>
  </div>`;
}

function ofOneRun(): Html {
  return html`<input type="hidden" name="run" value="${formatId('deadLetterRun', newUuid())}" />`;
}

/** Discarding cannot be taken back, so it asks for a reason first. */
function noteField(): Html {
  return html`<label class="wide">
    Note: why it is discarded
    <input name="note" maxlength="500" required autocomplete="off" />
  </label>`;
}
