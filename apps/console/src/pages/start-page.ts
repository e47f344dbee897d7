import type { Overview } from '../overview/overview.js';
import { type Html, html } from './html.js';
import type { Page } from './page.js';

export interface StartPageParts {
  /** Undefined when the database does not answer. */
  readonly overview: Overview | undefined;
  readonly backend: 'redis' | 'postgres';
  readonly links: readonly { readonly text: string; readonly url: string }[];
}

/** The operator's start page: how things are, and where to look next. */
export function startPage({ overview, backend, links }: StartPageParts): Page {
  return {
    title: 'Console',
    body: html`<header>
        <div class="mark">Signalbox console</div>
        <form method="post" action="/logout"><button>Sign out</button></form>
      </header>
      <main>
        <nav class="links">
          <a href="/queues"
            >Queues <span class="quiet">Bull Board on ${backend === 'redis' ? 'Redis' : 'Postgres'}</span></a
          >
          ${links.map(({ text, url }) => html`<a href="${url}">${text}</a>`)}
        </nav>
        ${
          overview === undefined
            ? html`<p class="problem" role="alert">The database does not answer, so there are no figures.</p>`
            : figures(overview)
        }
      </main>`,
  };
}

function figures({ minutes, accepted, sent, failed, lanes }: Overview): Html {
  return html`<h2>
      Last ${minutes} minutes ${minutes < 60 ? html`<span class="quiet">the newest 100,000 events</span>` : ''}
    </h2>
    <div class="figures">
      ${figure('accepted', accepted)} ${figure('sent', sent)} ${figure('failed', failed, failed > 0 ? 'bad' : '')}
    </div>
    <h2>Waiting work</h2>
    <div class="card table">
      <table>
        <thead>
          <tr>
            <th>Lane</th>
            <th>Queue</th>
            <th class="number">Work rows</th>
            <th class="number">Items</th>
            <th class="number">Oldest overdue by</th>
          </tr>
        </thead>
        <tbody>
          ${lanes.flatMap(({ lane, queues }) =>
            queues.length === 0
              ? [
                  html`<tr>
                    <td>${lane}</td>
                    <td class="quiet" colspan="4">nothing waits</td>
                  </tr>`,
                ]
              : queues.map(
                  ({ queue, rows, items, oldestDueSeconds }) =>
                    html`<tr>
                      <td>${lane}</td>
                      <td>${queue}</td>
                      <td class="number">${number(rows)}</td>
                      <td class="number">${number(items)}</td>
                      <td class="number">
                        ${oldestDueSeconds < 1 ? 'on time' : `${number(Math.round(oldestDueSeconds))} s`}
                      </td>
                    </tr>`,
                ),
          )}
        </tbody>
      </table>
    </div>`;
}

function figure(name: string, value: number, kind: '' | 'bad' = ''): Html {
  return html`<div class="card figure ${kind}"><b>${number(value)}</b>${name}</div>`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
