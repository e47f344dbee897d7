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
