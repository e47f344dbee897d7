import type { Uuid } from '@signalbox/contracts';

/** Names of the locks under which registrations of one installation, of one target, or by one session and its end, run one after another. */
export const installationLock = (appId: Uuid, installationId: string): string =>
  `device:${appId}:installation:${installationId}`;

export const targetLock = (appId: Uuid, targetKind: string, target: string): string =>
  `device:${appId}:target:${targetKind}:${target}`;

export const sessionLock = (sessionId: string): string => `device:session:${sessionId}`;
