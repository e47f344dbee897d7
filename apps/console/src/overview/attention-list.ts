import type { BreakerView } from '@signalbox/contracts';
import type { Finding } from '@signalbox/doctor';
import { type Html, html } from '@signalbox/html';
import { Problem } from '@signalbox/http';
import { chip } from '../pages/chip.js';
import { counted } from '../pages/numbers.js';
import { providerName } from '../providers/provider-names.js';
import { standingOf } from '../providers/standing-of.js';
import type { Attention } from './attention.js';

/** Something that waits for somebody: how badly, what it is, and where it can be dealt with. */
interface Item {
  readonly tone: 'bad' | 'waits';
  readonly word: string;
  readonly what: string;
  readonly url?: string;
  readonly remedy?: string;
}

export interface AttentionListParts {
  readonly attention: Attention;
  readonly breakers: readonly BreakerView[] | undefined;
  readonly findings: readonly Finding[];
  readonly hasDatabase: boolean;
}

/** What needs somebody, the worst first; or that nothing does. */
export function attentionList(parts: AttentionListParts): Html {
  const items = itemsOf(parts);
  if (items.length === 0) {
    return html`<p class="card calm">${chip('good', 'all well')} Nothing waits for you.</p>`;
  }
  return html`<ul class="card attention">
    ${items.map(
      ({ tone, word, what, url, remedy }) =>
        html`<li>
          ${chip(tone, word)}
          <span>
            ${url === undefined ? what : html`<a href="${url}">${what}</a>`}
            ${remedy === undefined ? '' : html`<span class="quiet">${remedy}</span>`}
          </span>
        </li>`,
    )}
  </ul>`;
}

function itemsOf({ attention, breakers = [], findings, hasDatabase }: AttentionListParts): Item[] {
  const { deadLetters, holds, guards } = attention;
  const items: Item[] = [
    ...(hasDatabase ? [] : [{ tone: 'bad' as const, word: 'database', what: 'The database does not answer' }]),
    ...([deadLetters, holds, guards].some((each) => each instanceof Problem)
      ? [{ tone: 'bad' as const, word: 'push', what: 'The push service does not say what waits for you' }]
      : []),
    ...findings.map(ofFinding),
    ...breakers.flatMap(ofBreaker),
    ...(guards instanceof Problem ? [] : ofGuards(guards.filter(({ trippedAt }) => trippedAt !== null).length)),
    ...(deadLetters instanceof Problem || deadLetters === 0 ? [] : [ofLetters(deadLetters)]),
  ];
  return [...items.filter(({ tone }) => tone === 'bad'), ...items.filter(({ tone }) => tone === 'waits')];
}

function ofFinding(finding: Finding): Item {
  const tone = finding.state === 'wrong' ? 'bad' : 'waits';
  const remedy = 'remedy' in finding ? { remedy: finding.remedy } : {};
  return { tone, word: finding.check, what: finding.seen, ...remedy };
}

function ofBreaker(breaker: BreakerView): Item[] {
  const { tone, text } = standingOf(breaker);
  if (tone === 'good' || tone === 'quiet') return [];
  const { provider, waiting, credentialId, reason, hold } = breaker;
  const why = reason ?? hold?.reason;
  const what = `${providerName(provider)} ${text}${why === undefined ? '' : `: ${why}`} – ${counted(waiting, 'delivery', 'deliveries')} waiting`;
  return [{ tone, word: 'provider', what, url: `/providers#${credentialId}` }];
}

function ofGuards(tripped: number): Item[] {
  if (tripped === 0) return [];
  const what = `${counted(tripped, 'deletion guard')} tripped: decide whether devices are deleted`;
  return [{ tone: 'bad', word: 'guard', what, url: '#decide' }];
}

function ofLetters(count: number): Item {
  return { tone: 'waits', word: 'dead letters', what: `${counted(count, 'dead letter')} open`, url: '/dead-letters' };
}
