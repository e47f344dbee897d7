import type { Dashboard, Panel } from './panel.ts';

/** Panels stand two in a row, of Grafana's 24 columns. */
const SIZE = { w: 12, h: 8 };
const SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** A dashboard as Grafana (10 and newer) imports it. */
export function toGrafana({ name, title, panels }: Dashboard): object {
  return {
    uid: `signalbox-${name}`,
    title,
    tags: ['signalbox'],
    schemaVersion: 39,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: {} }],
    },
    panels: panels.map(panelAt),
  };
}

function panelAt({ title, unit, lines, single }: Panel, place: number): object {
  const position = { x: (place % 2) * SIZE.w, y: Math.floor(place / 2) * SIZE.h };
  return {
    id: place + 1,
    type: single ? 'stat' : 'timeseries',
    title,
    datasource: SOURCE,
    gridPos: { ...SIZE, ...position },
    fieldConfig: { defaults: { unit, ...(unit === 'percentunit' ? {} : { min: 0 }) }, overrides: [] },
    targets: lines.map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: SOURCE,
      expr,
      legendFormat,
      ...(single ? { instant: true } : {}),
    })),
  };
}
