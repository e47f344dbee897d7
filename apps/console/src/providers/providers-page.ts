import type { BreakerView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import type { AppNames } from '../apps/app-names.js';
import { chart } from '../figures/chart.js';
import { type Figures, LATENCY_MINUTES, sumOf } from '../figures/read-figures.js';
import { chip } from '../pages/chip.js';
import type { Message } from '../pages/message.js';
import { number } from '../pages/numbers.js';
import { operatorPage } from '../pages/operator-page.js';
import type { Page } from '../pages/page.js';
import { table } from '../pages/table.js';
import { breakerCard } from './breaker-card.js';
import { flagsTable } from './flags-table.js';
import { gatewaysSection } from './gateways-section.js';
import { PROVIDER_NAMES } from './provider-names.js';
import { seconds } from './providers-table.js';
import type { FlagThatIsOff } from './read-flags.js';
import type { Edge } from './read-edges.js';
import type { Gateways } from './read-gateways.js';

export interface ProvidersPageParts {
  readonly breakers: readonly BreakerView[];
  /** Undefined when the database does not answer. */
  readonly figures: Figures | undefined;
  readonly edges: readonly Edge[];
  readonly flags: readonly FlagThatIsOff[];
  /** Undefined when the database does not answer. */
  readonly gateways: Gateways | undefined;
  readonly names: AppNames;
  readonly message: Message | undefined;
  readonly now: number;
}

/** Everybody who carries notifications: how they answer, how the breaker of each credential stands, and the levers; then gateways, and whoever else there is. */
export function providersPage({
  breakers,
  figures,
  edges,
  flags,
  gateways,
  names,
  message,
  now,
}: ProvidersPageParts): Page {
  const sections = Object.entries(PROVIDER_NAMES).map(([provider, name]) => {
    const own = breakers.filter((each) => each.provider === provider);
    return html`<section class="provider" id="${provider}" aria-labelledby="${provider}-name">
      <h2 id="${provider}-name">${name}</h2>
      ${figures === undefined ? '' : chartsOf(provider, figures, now)}
      ${own.length === 0 ? html`<p class="card quiet">No app has a credential for it.</p>` : own.map((each) => breakerCard(each, names))}
    </section>`;
  });
  return operatorPage({
    title: 'Providers',
    place: 'providers',
    message,
    body: html`${figures === undefined ? html`<p class="problem" role="alert">The database does not answer, so there are no figures.</p>` : ''}
    ${sections} ${gateways === undefined ? '' : gatewaysSection(gateways, names, now)}
    ${edges.length === 0 ? '' : othersTable(edges)} ${flagsTable(flags)}`,
  });
}

function chartsOf(provider: string, figures: Figures, now: number): Html {
  const own = figures.byProvider.get(provider);
  if (own === undefined) return html`<p class="quiet">Nothing was sent in the last hour.</p>`;
  return html`<div class="figures">
    <div class="card figure">
      <b>${number(sumOf(own.sent))}</b>sent ${chart({ name: 'Sent', hour: own.sent, tone: 'accent', now })}
    </div>
    <div class="card figure">
      <b>${number(sumOf(own.failed))}</b>failed ${chart({ name: 'Failed', hour: own.failed, tone: 'bad', now })}
    </div>
    <div class="card figure">
      <b>${seconds(own.p50)}</b>half of the attempts take no longer
      <p class="quiet">99 of 100: ${seconds(own.p99)}, of the last ${LATENCY_MINUTES} minutes</p>
      <p class="quiet">${number(sumOf(own.retried))} tried again in the hour</p>
    </div>
  </div>`;
}

function othersTable(edges: readonly Edge[]): Html {
  return html`<h2>Others</h2>
    ${table(edges, [
      { title: 'Who', cell: ({ name }) => name },
      { title: 'State', cell: ({ state }) => chip(state.tone, state.text) },
      { title: 'Last hour', cell: ({ words }) => words },
    ])}
    <p class="quiet">Each <a href="/webhooks">webhook endpoint</a> has a breaker that looks after itself.</p>`;
}
