import { type Html, html } from '@signalbox/html';
import type { Message } from '../pages/message.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { type Behaviour, PHONES, STAND_INS, type StandIn } from './sandbox-control.js';

const NAMES: Readonly<Record<StandIn, string>> = {
  apns: 'APNs',
  fcm: 'FCM',
  webpush: 'Web Push',
  stripe: 'Stripe',
};

/** What goes wrong at the stand-ins, and forms that make it so. */
export function sandboxPage(behaviours: ReadonlyMap<StandIn, Behaviour>, message: Message | undefined): Page {
  return operatorPage({
    title: 'Sandbox',
    trail: [{ text: 'Console', url: '/' }],
    message,
    body: html`<p class="message bad-message">
        These are stand-ins on this machine, and no real provider: what is set here makes all that is sent to them fail,
        wait or vanish, until it is set back.
      </p>
      ${STAND_INS.map((each) => standIn(each, behaviours.get(each)!))}
      <h2>One device</h2>
      <div class="card actions">
        <form method="post" action="/sandbox/tokens">
          <label
            >At
            <select name="provider">
              ${PHONES.map((each) => html`<option value="${each}">${NAMES[each]}</option>`)}
            </select></label
          >
          <label class="wide">Token <input name="token" maxlength="4096" required /></label>
          <label>Status <input name="status" type="number" min="200" max="599" value="410" required /></label>
          <label>Times <input name="times" type="number" min="1" placeholder="always" /></label>
          <button>Answer so</button>
        </form>
      </div>`,
  });
}

function standIn(of: StandIn, { status, share, latencyMs, blackhole }: Behaviour): Html {
  const isOrdinary = status === null && latencyMs === 0 && !blackhole;
  return html`<h2>
      ${NAMES[of]}
      ${isOrdinary ? html`<span class="chip good">as usual</span>` : html`<span class="chip bad">in trouble</span>`}
    </h2>
    <div class="card actions">
      <form method="post" action="/sandbox/${of}">
        <label
          >Fails with <input name="status" type="number" min="400" max="599" value="${status ?? ''}" placeholder="not"
        /></label>
        <label
          >Percent <input name="percent" type="number" min="0" max="100" value="${Math.round(share * 100)}" required
        /></label>
        <label
          >Answers after, ms <input name="latencyMs" type="number" min="0" max="600000" value="${latencyMs}" required
        /></label>
        <label
          >Black hole <input name="blackhole" type="checkbox" value="yes" ${blackhole ? html`checked` : ''}
        /></label>
        <button aria-label="Set ${NAMES[of]}">Set</button>
      </form>
      ${
        isOrdinary
          ? ''
          : html`<form method="post" action="/sandbox/${of}/as-usual">
              <button aria-label="${NAMES[of]} as usual">As usual</button>
            </form>`
      }
    </div>`;
}
