import { type Html, html } from '@signalbox/html';
import type { AppNames } from './app-names.js';
import type { AppListFound, AppListWish } from './read-app-list.js';

export interface AppListParts<Row> extends AppListFound<Row>, Pick<AppListWish, 'app'> {
  readonly names: AppNames;
}

/** A list of what one app has, or all: the field that says which, what was found, and the way to older ones. */
export function appList(
  { app, next }: Pick<AppListParts<unknown>, 'app' | 'next'>,
  { url, things, found }: { readonly url: string; readonly things: string; readonly found: Html },
): Html {
  const older = new URLSearchParams({ ...(app !== undefined && { app }), ...(next !== undefined && { before: next }) });
  const label = `${things[0]!.toUpperCase()}${things.slice(1)} of one app`;
  return html`<form class="filters" method="get" action="${url}" role="search" aria-label="${label}">
      <label>App <input name="app" value="${app ?? ''}" placeholder="app_…" /></label>
      <button>Show</button>
    </form>
    ${found}
    <nav class="pager" aria-label="Pages of ${things}">
      ${next === undefined ? '' : html`<a href="${url}?${older.toString()}">Older</a>`}
    </nav>`;
}
