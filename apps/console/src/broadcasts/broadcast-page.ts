import type { BroadcastState, BroadcastView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { fact } from '../pages/fact.js';
import type { Message } from '../pages/message.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { dataList } from '../pages/timeline.js';
import { ago, exactly } from '../pages/times.js';
import { audienceOf, broadcastChip } from './broadcasts-page.js';

/** How far a broadcast is, what became of it, and how it is steered. */
export function broadcastPage(broadcast: BroadcastView, message: Message | undefined): Page {
  const { id, state, to, pacing, devices, outcomes, refused, startsAt, startedAt, endedAt, ratePerSecond } = broadcast;
  return operatorPage({
    title: id,
    place: 'broadcasts',
    trail: [{ text: 'Broadcasts', url: '/broadcasts' }],
    message,
    body: html`<p class="kicker">Broadcast to ${audienceOf(to)}</p>
      <section class="card answer" aria-label="State">
        ${broadcastChip(state)}
        <p>${howFar(broadcast)}</p>
      </section>
      ${steering(id, state)}
      <h2>Phones</h2>
      <div class="figures">
        ${figure('in all', devices.total)} ${figure('reached', devices.reached)}
        ${figure('under way', devices.underWay)} ${figure('put off', devices.delayed)}
        ${state === 'cancelled' ? figure('cancelled', devices.cancelled) : ''}
      </div>
      <h2>What became of it</h2>
      <section class="card" aria-label="What became of it">
        ${Object.keys(outcomes).length === 0 ? 'Nothing yet.' : dataList(outcomes)}
        ${
          Object.keys(refused).length === 0
            ? ''
            : html`<h3>Why some were refused</h3>
                ${dataList(refused)}`
        }
      </section>
      <h2>Facts</h2>
      <dl class="card facts">
        ${fact('Starts', exactly(startsAt))} ${startedAt === null ? '' : fact('Started', exactly(startedAt))}
        ${endedAt === null ? '' : fact('Ended', exactly(endedAt))}
        ${fact('At most', `${number(pacing.maxPerSecond)} a second, after ${number(pacing.rampSeconds)} s of getting faster`)}
        ${ratePerSecond === null ? '' : fact('Was', `${number(Math.round(ratePerSecond))} a second`)}
        ${fact('To', dataList(to))} ${fact('Notification', html`<code>${broadcast.notificationId}</code>`)}
        ${fact('Log', html`<a href="/events?subject=${id}">all that happened to it</a>`)}
      </dl>`,
  });
}

function howFar({ state, devices: { total, reached }, waits, endsAt }: BroadcastView): Html {
  const phones = total === null ? `${number(reached)} phones` : `${number(reached)} of ${number(total)} phones`;
  const end = endsAt === null ? '' : html` It will be through ${ago(endsAt)}.`;
  const why =
    waits === null
      ? ''
      : html` It waits for ${waits.for.replaceAll('_', ' ')}${waits.until === null ? '' : html`, ${ago(waits.until)}`}.`;
  return html`${state === 'scheduled' ? 'It has not begun.' : `${phones} were looked at.`}${why}${end}`;
}

const CAN: Readonly<Record<BroadcastState, readonly ('pause' | 'resume' | 'cancel')[]>> = {
  scheduled: ['pause', 'cancel'],
  running: ['pause', 'cancel'],
  draining: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  completed: [],
  cancelled: [],
};

const BUTTONS = {
  pause: html`<button>Pause</button>`,
  resume: html`<button>Resume</button>`,
  cancel: html`<button class="danger">Cancel for good</button>`,
} as const;

function steering(id: string, state: BroadcastState): Html {
  if (CAN[state].length === 0) return html``;
  return html`<div class="card actions">
    ${CAN[state].map((how) => html`<form method="post" action="/broadcasts/${id}/${how}">${BUTTONS[how]}</form>`)}
  </div>`;
}

function figure(name: string, value: number | null): Html {
  return html`<div class="card figure"><b>${value === null ? '?' : number(value)}</b>${name}</div>`;
}
