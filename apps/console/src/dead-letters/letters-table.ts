import type { DeadLetterView } from '@signalbox/contracts';
import { type Html, html } from '@signalbox/html';
import type { AppNames } from '../apps/app-names.js';
import { type Column, table } from '../pages/table.js';
import { ago } from '../pages/times.js';
import type { LetterGroup } from './letter-group.js';

/** A table of letters; what they all have in common, as their page says above, is no column of it. */
export function lettersTable(
  letters: readonly DeadLetterView[],
  { group, state, names }: { group: LetterGroup; state: string; names: AppNames },
): Html {
  const columns: Column<DeadLetterView>[] = [
    { title: 'Letter', cell: ({ id }) => html`<a href="/dead-letters/${id}"><code>${id}</code></a>` },
    { title: 'Notification', cell: ({ notificationId }) => html`<code>${notificationId}</code>` },
    ...(group.reason === undefined ? [{ title: 'Reason', cell: ({ reason }: DeadLetterView) => html`${reason}` }] : []),
    ...(group.provider === undefined || group.lane === undefined ? [PROVIDER] : []),
    ...(group.appId === undefined ? [appColumn(names)] : []),
    { title: 'Died', cell: ({ diedAt }) => ago(diedAt) },
    ...(state === 'open' ? [] : [{ title: state === 'replayed' ? 'Replayed' : 'Discarded', cell: resolved }]),
  ];
  return table(letters, columns);
}

const PROVIDER: Column<DeadLetterView> = {
  title: 'Provider',
  cell: ({ provider, lane }) => html`${provider} · ${lane}`,
};

function appColumn(names: AppNames): Column<DeadLetterView> {
  return { title: 'App', cell: ({ appId }) => html`${names.get(appId) ?? html`<code>${appId}</code>`}` };
}

function resolved({ resolvedAt, note }: DeadLetterView): Html {
  const when = resolvedAt === undefined ? '' : ago(resolvedAt);
  return html`${when} ${note === undefined ? '' : html`<span class="quiet">${note}</span>`}`;
}
