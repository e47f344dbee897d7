import { ContentBroken, type ContentCipher } from '@signalbox/credentials';
import type { StoredContent } from '../work/stored-content.js';
import type { Addressing, ScheduleRow } from './schedule-row.js';

/** What a schedule says; undefined when its key was deleted to shred it. */
export async function openContent(
  cipher: ContentCipher,
  { appId, dekId, content }: ScheduleRow,
): Promise<StoredContent | undefined> {
  try {
    return JSON.parse((await cipher.decrypt(appId, dekId, content)).toString()) as StoredContent;
  } catch (error) {
    if (error instanceof ContentBroken) return undefined;
    throw error;
  }
}

/** By whom exports and erasures find it; a broadcast is for nobody by name. */
export function recipientsOf(addressing: Addressing): string[] {
  if (addressing.pacing !== null) return [];
  const { userId, userIds, installationId } = addressing.to;
  if (installationId !== undefined) return [installationRecipient(installationId)];
  return userId === undefined ? (userIds ?? []) : [userId];
}

export function installationRecipient(installationId: string): string {
  return `installation:${installationId}`;
}
