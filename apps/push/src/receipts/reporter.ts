import type { Uuid } from '@signalbox/contracts';

/** Who says what became of a notification: a user for every phone of theirs, or a phone on which nobody is signed in. */
export type Reporter =
  { readonly appId: Uuid; readonly userId: string } | { readonly appId: Uuid; readonly installationId: string };

export function userOf(reporter: Reporter): string | null {
  return 'userId' in reporter ? reporter.userId : null;
}

export function installationOf(reporter: Reporter): string | null {
  return 'installationId' in reporter ? reporter.installationId : null;
}
