import { type Html, html } from '@signalbox/html';
import type { Overview } from '../overview/overview.js';
import { number } from './numbers.js';

/** What waits in each lane; a lane without work says so. */
export function backlogTable({ lanes }: Overview): Html {
  return html`<h2>Waiting work</h2>
    <div class="card table">
      <table class="stacked">
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
                    <td data-label="Lane">${lane}</td>
                    <td class="quiet" colspan="4">nothing waits</td>
                  </tr>`,
                ]
              : queues.map(
                  ({ queue, rows, items, oldestDueSeconds }) =>
                    html`<tr>
                      <td data-label="Lane">${lane}</td>
                      <td data-label="Queue">${queue}</td>
                      <td data-label="Work rows" class="number">${number(rows)}</td>
                      <td data-label="Items" class="number">${number(items)}</td>
                      <td data-label="Oldest overdue by" class="number">
                        ${oldestDueSeconds < 1 ? 'on time' : `${number(Math.round(oldestDueSeconds))} s`}
                      </td>
                    </tr>`,
                ),
          )}
        </tbody>
      </table>
    </div>`;
}
