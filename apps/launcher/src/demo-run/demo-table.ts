import type { ClassReport } from './class-report.js';
import type { Expectation } from './demo-class.js';

const HEADINGS = ['sent to', 'count', 'what became of it', "why (the provider's answers)"];
const COUNT = HEADINGS.indexOf('count');

/** What became of each class, line by line: ✓ where it is what the class shall show, else ✗ and what that would have been. */
export function demoTable(reports: readonly ClassReport[]): string {
  const rows = reports.flatMap(rowsOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  const lineOf = (mark: string, cells: readonly string[]): string =>
    [
      mark,
      ...cells.map((cell, column) =>
        column === COUNT ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      ),
    ]
      .join('  ')
      .trimEnd();
  return [
    lineOf(' ', HEADINGS),
    // A remark stands under the outcomes and may be wider than they are.
    ...rows.flatMap(({ mark, cells, remark }) => [
      lineOf(mark, cells),
      ...(remark === undefined ? [] : [lineOf(' ', ['', '', remark])]),
    ]),
  ].join('\n');
}

interface Row {
  readonly mark: string;
  readonly cells: readonly string[];
  readonly remark?: string;
}

function rowsOf({ of, sent, asExpected, fates }: ClassReport): Row[] {
  const known = fates.length > 0 ? fates : [{ count: 0, outcome: 'nothing was read back', why: '' }];
  const rows = known.map(({ count, outcome, why }) => ({
    mark: ' ',
    cells: ['', count.toLocaleString('en-US'), outcome, why],
  }));
  rows[0]!.cells[0] = of.name;
  rows[0]!.mark = sent === asExpected ? '✓' : '✗';
  if (sent === asExpected) return rows;
  const remark = `expected of all ${sent.toLocaleString('en-US')}: ${sentenceOf(of.expected)}`;
  return rows.map((row, index) => (index === rows.length - 1 ? { ...row, remark } : row));
}

function sentenceOf({ end, retried, reason, phone }: Expectation): string {
  return [
    end,
    retried ? ' after another attempt' : '',
    reason === undefined ? '' : ` (${reason})`,
    phone === undefined ? '' : `, device ${phone}`,
  ].join('');
}
