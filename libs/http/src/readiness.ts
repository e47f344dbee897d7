/** What a service says about its own progress, not about its port. */
export interface Readiness {
  readonly ready: boolean;
  /** One line per thing that was checked, e.g. `{ database: 'ok', offerLoop: 'last turn 400 ms ago' }`. Shown to anybody. */
  readonly checks: Readonly<Record<string, string>>;
}
