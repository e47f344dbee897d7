import type { AuthSettings } from '../settings/auth-settings.js';

/** Whose page it is: an app, by its name and how its pages look. */
export interface PageOwner {
  readonly name: string;
  readonly settings: Pick<AuthSettings, 'theme'>;
}

/** The pages that the engine itself shows; whoever renders them knows nothing of the engine. */
export interface EnginePages {
  /** Something that cannot be told to an app by a redirect. @returns HTML. */
  error(problem: {
    readonly code: string;
    readonly description: string | undefined;
    readonly locale: string | undefined;
  }): string;
  /** Asks whether to sign out: `form` is the engine's own, without buttons; its button must send `logout=yes`. */
  signOut(question: {
    readonly form: string;
    readonly app: PageOwner | undefined;
    readonly locale: string | undefined;
  }): string;
  /** After it. */
  signedOut(after: { readonly app: PageOwner | undefined; readonly locale: string | undefined }): string;
}
