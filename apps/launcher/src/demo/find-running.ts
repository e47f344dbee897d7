import { z } from 'zod';
import type { StateFolder } from '../run/state-folder.js';
import { Refused, httpCaller } from './http-caller.js';
import { type LocalFile, readLocalFile } from './local-file.js';
import { DEMO_USER } from './seed-demo.js';

/**
 * The Signalbox that runs from this folder already, if there is one. That something answers at its addresses is not
 * enough: only ours knows the demo key.
 */
export async function findRunning(folder: StateFolder): Promise<LocalFile | undefined> {
  const local = readLocalFile(folder);
  if (!local) return undefined;
  try {
    const push = httpCaller(local.urls.push, local.demo.secretKey);
    const answer = await push.get(`/v1/users/${DEMO_USER}/devices`, z.unknown());
    return answer instanceof Refused ? undefined : local;
  } catch {
    // Nobody there, or somebody who is just starting: the launcher finds out which, and has the words for it.
    return undefined;
  }
}
