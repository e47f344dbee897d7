import type { OperatorRole } from '@signalbox/contracts';
import { reaches } from '../roles/role.js';

/**
 * Takes the buttons away whose requests are refused here: add a job, duplicate one, change its data. The board has no
 * setting for it but read-only, which takes Retry away too. Buttons are told by their icons, which are the same in every
 * language; a test looks whether the board still draws them so.
 */
export const HIDE_REFUSED_ACTIONS = `<style>
[role='menuitem']:has(> .lucide-plus),
[class*='jobActions'] > li:has(.lucide-files),
[class*='jobActions'] > li:has(.lucide-pencil) { display: none; }
</style>`;

/** The queues as the board tells its page of them, for this role: who may only look sees a board without buttons. */
export function boardAnswerFor(role: OperatorRole, payload: string): string {
  // Members of jobs' data by these names are masked, and in texts quotation marks are escaped: what is found is the board's own.
  return reaches(role, 'operator')
    ? payload
    : payload
        .replaceAll('"readOnlyMode":false', '"readOnlyMode":true')
        .replaceAll(/"allow(Completed)?Retries":true/g, '"allow$1Retries":false');
}
