import { type Html, html } from '@signalbox/html';
import { chart } from '../figures/chart.js';
import { type Hour, sumOf } from '../figures/read-figures.js';
import { attentionList, type AttentionListParts } from '../overview/attention-list.js';
import { oldestDueSeconds, type Overview } from '../overview/overview.js';
import { providersTable } from '../providers/providers-table.js';
import { backlogTable } from './backlog-table.js';
import { number } from './numbers.js';
import { duration } from './times.js';

export interface LiveParts extends Omit<AttentionListParts, 'hasDatabase'> {
  /** Undefined when the database does not answer. */
  readonly overview: Overview | undefined;
  readonly now: number;
}

/** What the script brings up to date while the page is open. It has no form: a click must not meet something else than was seen. */
export function liveFigures({ overview, attention, breakers, findings, now }: LiveParts): Html {
  return html`<h2>What needs somebody</h2>
    ${attentionList({ attention, breakers, findings, hasDatabase: overview !== undefined })}
    ${
      overview === undefined
        ? html`<p class="problem" role="alert">The database does not answer, so there are no figures.</p>`
        : html`${figures(overview, now)}
            <h2>Providers <span class="quiet">the last 10 minutes</span></h2>
            ${providersTable({ ...overview, breakers })} ${backlogTable(overview)}`
    }`;
}

function figures(overview: Overview, now: number): Html {
  const { accepted, sent, failed } = overview.figures;
  const late = oldestDueSeconds(overview);
  return html`<h2>Last 60 minutes</h2>
    <div class="figures">
      ${figure('accepted', accepted, 'accent', now)} ${figure('sent', sent, 'good', now)}
      ${figure('failed', failed, 'bad', now)}
      <div class="card figure ${late > LATE_SECONDS ? 'bad' : ''}">
        <b>${late < 1 ? 'on time' : duration(late * 1_000)}</b
        >${late < 1 ? 'nothing is overdue' : 'the oldest work is overdue by'}
      </div>
    </div>`;
}

/** A message that somebody waits for should be begun by then. */
const LATE_SECONDS = 5;

function figure(name: string, hour: Hour, tone: 'accent' | 'good' | 'bad', now: number): Html {
  const all = sumOf(hour);
  return html`<div class="card figure ${tone === 'bad' && all > 0 ? 'bad' : ''}">
    <b>${number(all)}</b>${name} ${chart({ name, hour, tone, now })}
  </div>`;
}
