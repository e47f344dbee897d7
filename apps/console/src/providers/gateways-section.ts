import type { GatewayCalls } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type AppNames, appLabel } from '../apps/app-names.js';
import { chart } from '../figures/chart.js';
import { sumOf } from '../figures/read-figures.js';
import { number } from '../pages/numbers.js';
import { table } from '../pages/table.js';
import { ago } from '../pages/times.js';
import { GATEWAY_NAMES } from './provider-names.js';
import type { Gateways, OpenBreaker } from './read-gateways.js';

const CALLS: Readonly<Record<GatewayCalls, string>> = {
  open: 'opening sheets',
  charge: 'charges',
  settle: 'captures, cancels, refunds',
  read: 'reading for callers',
  events: 'reading what webhooks are about',
};

/** Gateways: what they told in the last hour, and whose calls are turned away since nobody answers them. */
export function gatewaysSection({ open, taken }: Gateways, names: AppNames, now: number): Html {
  return html`<section class="provider" id="gateways" aria-labelledby="gateways-name">
    <h2 id="gateways-name">Gateways</h2>
    <div class="figures">
      <div class="card figure">
        <b>${number(sumOf(taken))}</b>events of Stripe taken
        ${chart({ name: 'Events of Stripe taken', hour: taken, tone: 'accent', now })}
      </div>
    </div>
    ${open.length === 0 ? html`<p class="card quiet">Gateways answer: no breaker of an app is open.</p>` : openTable(open, names, now)}
    <p class="quiet">
      Breakers of gateways look after themselves, per app and kind of call: one call tries when the time is over, and
      what it gets decides.
    </p>
  </section>`;
}

function openTable(open: readonly OpenBreaker[], names: AppNames, now: number): Html {
  return table(open, [
    { title: 'App', cell: ({ appId }) => appLabel(names, appId) },
    { title: 'Gateway', cell: ({ gateway }) => GATEWAY_NAMES[gateway] },
    { title: 'Turned away', cell: ({ calls }) => CALLS[calls] },
    { title: 'Process', cell: ({ process }) => html`<code>${process}</code>` },
    { title: 'Does not answer since', cell: ({ since }) => ago(since.toISOString()) },
    {
      title: 'Tries again',
      cell: ({ until }) => (until.getTime() <= now ? 'with the next call' : ago(until.toISOString())),
    },
  ]);
}
