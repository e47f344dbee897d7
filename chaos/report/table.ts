import type { Result } from './result.ts';

/** The figures of several runs side by side, one column each. */
export function table(results: readonly Result[]): string {
  const rows: [label: string, cell: (result: Result) => string][] = [
    ['', ({ product, plan }) => `${product === 'signalbox' ? 'Signalbox' : 'plain BullMQ'}, ${plan.backend}`],
    ['schedule', ({ plan }) => `${plan.name}, ${plan.faults.length} faults`],
    ['accepted', ({ account }) => count(account.accepted)],
    ['lost', ({ account }) => count(account.lost.length)],
    ['phantom', ({ account }) => count(account.phantom.length)],
    ['ended otherwise', ({ account }) => ended(account.endedOtherwise)],
    ['unknown answers: one, none', ({ account }) => `${account.unknown.one}, ${account.unknown.none}`],
    ['sent again', ({ account }) => `${account.sentAgain} (${rate(account.sentAgain, account.accepted)})`],
    ['  after a silent provider', ({ account }) => count(account.sentAgainAfterSilence)],
    ['  all with first id', ({ account }) => (account.otherId.length === 0 ? 'yes' : `no: ${account.otherId.length}`)],
    ["dead worker's work restarted", ({ restarts }) => slowest(restarts, true)],
    ['  while other faults struck', ({ restarts }) => slowest(restarts, false)],
    ['drained after the last fault', ({ drainedMs }) => (drainedMs === undefined ? 'never' : seconds(drainedMs))],
    [
      'neighbours, p99: calm, troubled',
      ({ neighbours: felt }) => (felt ? `${felt.calm.p99}, ${felt.troubled.p99} ms` : '-'),
    ],
    ['memory, steepest', ({ memory }) => steepest(memory)],
    ['ended by themselves', ({ deaths }) => count(deaths.length)],
  ];
  const cells = rows.map(([label, cell]) => [label, ...results.map(cell)]);
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function rate(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(3)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function ended(by: Readonly<Record<string, number>>): string {
  const parts = Object.entries(by).map(([state, number]) => `${number} ${state}`);
  return parts.length === 0 ? '0' : parts.join(', ');
}

function slowest(restarts: Result['restarts'], undisturbed: boolean): string {
  const those = restarts.filter((each) => each.undisturbed === undisturbed && each.rows > 0);
  if (those.length === 0) return '-';
  return `${seconds(Math.max(...those.map((each) => each.slowestMs)))} (${those.length} deaths)`;
}

function steepest(memory: Result['memory']): string {
  const longest = memory.filter((trend) => trend.minutes >= 2);
  const top = longest.toSorted((one, other) => other.mbPerMinute - one.mbPerMinute)[0];
  if (!top) return '- (no life of 2 min)';
  return `${top.service} ${top.mbPerMinute.toFixed(2)} MB/min over ${top.minutes.toFixed(1)} min`;
}
