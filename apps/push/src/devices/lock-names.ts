import type { Uuid } from '@signalbox/contracts';

/** Names of the locks under which registrations of one installation, or of one target, run one after another. */
export const installationLock = (appId: Uuid, installationId: string): string =>
  `device:${appId}:installation:${installationId}`;

export const targetLock = (appId: Uuid, targetKind: string, target: string): string =>
  `device:${appId}:target:${targetKind}:${target}`;
