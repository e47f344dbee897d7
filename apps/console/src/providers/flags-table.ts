import { type Html, html } from '@signalbox/html';
import { table } from '../pages/table.js';
import { ago } from '../pages/times.js';
import type { FlagThatIsOff } from './read-flags.js';

/** What flags turn off, where, and since when: nothing where all are on. */
export function flagsTable(flags: readonly FlagThatIsOff[]): Html {
  if (flags.length === 0) return html``;
  return html`<h2 id="flags">Off by flags</h2>
    ${table(flags, [
      { title: 'Flag', cell: ({ flag }) => html`<code>${flag}</code>` },
      { title: 'For', cell: ({ appId }) => (appId === null ? 'all apps' : html`<code>${appId}</code>`) },
      { title: 'Set in', cell: ({ source }) => `the ${source}` },
      { title: 'Why', cell: ({ reason }) => reason ?? '–' },
      { title: 'Since', cell: ({ since }) => ago(since.toISOString()) },
      { title: 'Processes', cell: ({ processes }) => processes.join(', ') },
    ])}
    <p class="quiet">Flags are set in the environment of a service or in a file, and turned on there.</p>`;
}
