/** How long the work of a worker lay that was killed at work; `undisturbed` when nothing else struck meanwhile. */
export interface Restart {
  readonly rows: number;
  readonly slowestMs: number;
  readonly undisturbed: boolean;
}
