import { RESTART_WITHIN } from '../schedule/plan.ts';
import type { Result } from './result.ts';

/** The p99 of the others, while one app is in trouble, over their p99 without. */
const MOST_SLOWDOWN = 1.1;

/** What a run of Signalbox must show, as one sentence for each bound that it broke; empty is good. Pure. */
export function brokenBounds({ account, plan, ...result }: Result): string[] {
  const few = (list: readonly string[]): string => `${list.length} (${list.slice(0, 3).join('; ')})`;
  const slowest = Math.max(0, ...result.restarts.filter((each) => each.undisturbed).map((each) => each.slowestMs));
  const bounds: [broken: boolean, sentence: () => string][] = [
    [account.lost.length > 0, () => `lost: ${few(account.lost)}`],
    [account.phantom.length > 0, () => `phantom: ${few(account.phantom)}`],
    [account.otherId.length > 0, () => `sent again under another id: ${few(account.otherId)}`],
    [account.refused.length > 0, () => `refused though valid: ${few(account.refused)}`],
    [account.neverAnswered > 0, () => `never answered, however often asked: ${account.neverAnswered}`],
    [account.accepted < plan.accept, () => `accepted only ${account.accepted} of ${plan.accept}`],
    [result.invariant.length > 0, () => `invariant: ${JSON.stringify(result.invariant.slice(0, 3))}`],
    [slowest > RESTART_WITHIN, () => `a dead worker's work lay ${slowest} ms, more than ${RESTART_WITHIN}`],
    [result.drainedMs === undefined, () => 'work was still owed when patience ended'],
    [
      (result.drainedMs ?? 0) > plan.drainWithin,
      () => `drained after ${result.drainedMs} ms, more than ${plan.drainWithin}`,
    ],
    [result.deaths.length > 0, () => `ended by themselves: ${result.deaths.join(', ')}`],
    [
      plan.alwaysAccepts === true && account.unknown.one + account.unknown.none > 0,
      () => 'not every call was answered 202',
    ],
    [
      (result.neighbours?.troubled.p99 ?? 0) > MOST_SLOWDOWN * (result.neighbours?.calm.p99 ?? 0),
      () => `another app's trouble slowed its neighbours: ${JSON.stringify(result.neighbours)}`,
    ],
    [result.notPlayed.length > 0, () => `not played on this machine: ${result.notPlayed.join(', ')}`],
  ];
  const seen = result.findings.map((finding) => [true, () => finding] as const);
  return [...bounds, ...seen].flatMap(([broken, sentence]) => (broken ? [sentence()] : []));
}
