/** What a value is counted in, by Grafana's names. */
export type Unit = 'short' | 's' | 'reqps' | 'percentunit' | 'bytes' | 'percent' | 'ops';

/** One line of a panel: what is asked of Prometheus, and what it is called. */
export type Line = readonly [expr: string, legend: string];

export interface Panel {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly Line[];
  /** Only the value of now, large. */
  readonly single?: true;
}

export interface Dashboard {
  /** Of the file, and of its address in Grafana. */
  readonly name: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

export function panel(title: string, unit: Unit, ...lines: Line[]): Panel {
  return { title, unit, lines };
}

export function single(title: string, unit: Unit, ...lines: Line[]): Panel {
  return { title, unit, lines, single: true };
}

/** A histogram's quantile over five minutes. */
export function quantile(q: number, metric: string, by: string, selector = ''): string {
  return `histogram_quantile(${q}, sum by (le, ${by}) (rate(${metric}_bucket${selector}[5m])))`;
}

/** Growth a second, by a label. */
export function rate(metric: string, by: string, selector = ''): string {
  return `sum by (${by}) (rate(${metric}${selector}[5m]))`;
}
