/** Something that is to run until we stop it: a service, or Postgres. */
export interface Program {
  readonly name: string;
  /** Resolves when it works; rejects when it ended, or stayed silent, before that. */
  start(): Promise<void>;
  /** Resolves with how it ended, when it does. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
  /** Without ceremony, for the impatient. */
  kill(): void;
}
