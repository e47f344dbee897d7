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
    readonly appName: string | undefined;
    readonly locale: string | undefined;
  }): string;
  /** After it. */
  signedOut(after: { readonly appName: string | undefined; readonly locale: string | undefined }): string;
}
