import type { BreakerView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import { type Figures, LATENCY_MINUTES, sumOf } from '../figures/read-figures.js';
import { chip } from '../pages/chip.js';
import { number } from '../pages/numbers.js';
import { table } from '../pages/table.js';
import { PROVIDER_NAMES } from './provider-names.js';
import type { Edge } from './read-edges.js';
import { type Standing, standingOfAll } from './standing-of.js';

export interface ProvidersTableParts {
  readonly figures: Figures;
  readonly edges: readonly Edge[];
  /** Undefined when push does not answer. */
  readonly breakers: readonly BreakerView[] | undefined;
}

interface Row {
  readonly name: Html;
  readonly standing: Standing;
  readonly sent: string;
  readonly failed: string;
  readonly p50: string;
  readonly p99: string;
  readonly words: string;
}

/** Everybody who is spoken to: how they stand, what went there lately, and how long they took. */
export function providersTable({ figures, edges, breakers }: ProvidersTableParts): Html {
  const carriers = Object.entries(PROVIDER_NAMES).map(([provider, name]): Row => {
    const own = figures.byProvider.get(provider);
    const ofIts = breakers?.filter((each) => each.provider === provider);
    const sum = (hour: readonly number[] | undefined): string => number(sumOf(hour ?? [], LATENCY_MINUTES));
    const waiting = (ofIts ?? []).reduce((all, each) => all + each.waiting, 0);
    return {
      name: html`<a href="/providers#${provider}">${name}</a>`,
      standing: ofIts === undefined ? { tone: 'waits', text: 'not known' } : standingOfAll(ofIts),
      sent: sum(own?.sent),
      failed: sum(own?.failed),
      p50: seconds(own?.p50),
      p99: seconds(own?.p99),
      words: `${sum(own?.retried)} tried again, ${number(waiting)} wait`,
    };
  });
  const others = edges.map(({ name, state, words }): Row => ({
    name: html`${name}`,
    standing: state,
    sent: '',
    failed: '',
    p50: '',
    p99: '',
    words,
  }));
  return table<Row>(
    [...carriers, ...others],
    [
      { title: 'Provider', cell: ({ name }) => name },
      { title: 'State', cell: ({ standing }) => chip(standing.tone, standing.text) },
      { title: 'Sent', isNumber: true, cell: ({ sent }) => sent },
      { title: 'Failed', isNumber: true, cell: ({ failed }) => failed },
      { title: 'p50', isNumber: true, cell: ({ p50 }) => p50 },
      { title: 'p99', isNumber: true, cell: ({ p99 }) => p99 },
      { title: 'More', cell: ({ words }) => html`<span class="quiet">${words}</span>` },
    ],
  );
}

/** `48 ms`, `1.2 s`; of nothing a dash, and `> 10 s` where no more is known. */
export function seconds(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value === Infinity) return '> 10 s';
  return value < 1 ? `${Math.max(1, Math.round(value * 1_000))} ms` : `${value.toFixed(1)} s`;
}
