const WIDTH = 30;

/** How far a long piece of work is, drawn for a terminal: `[██████░░░░] 60 %, 600 of 1,000`. */
export function progressBar(done: number, total: number): string {
  const full = Math.floor((WIDTH * done) / total);
  return `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${progressText(done, total)}`;
}

/** The same in words: `60 %, 600 of 1,000`. */
export function progressText(done: number, total: number): string {
  const percent = Math.floor((100 * done) / total);
  return `${percent} %, ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')}`;
}

/** Whether another tenth was passed on the way from `before` to `done`: the moment for a line in a log. */
export function passedTenth(before: number, done: number, total: number): boolean {
  return Math.floor((10 * done) / total) > Math.floor((10 * before) / total);
}
