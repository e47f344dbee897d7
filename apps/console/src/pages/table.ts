import { type Html, html } from '@signalbox/html';

export interface Column<Row> {
  readonly title: string;
  /** Figures stand below each other. */
  readonly isNumber?: true;
  readonly cell: (row: Row) => Html | string | number;
}

/** A table in a card; on a narrow screen each row is a list, and its cells bear the titles. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Html {
  return html`<div class="card table">
    <table class="stacked">
      <thead>
        <tr>
          ${columns.map(({ title, isNumber }) => html`<th ${numberClass(isNumber)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(
                ({ title, isNumber, cell }) =>
                  html`<td data-label="${title}" ${numberClass(isNumber)}>${cell(row)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const numberClass = (isNumber: true | undefined): Html => (isNumber === true ? html`class="number"` : html``);
