import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { LaunchRefused } from '../launch-refused.js';
import type { StateFolder } from './state-folder.js';
import { writePrivately } from './write-privately.js';

const schema = z.object({ operatorToken: z.string().startsWith('sbo_'), operatorPassword: z.string().min(12) });

export interface Secrets extends z.output<typeof schema> {
  readonly masterKeyFile: string;
}

/**
 * Makes the secrets of this installation at the first start and reads them ever after. The master key is never made
 * anew once there is a database that it sealed: that would make every stored credential unreadable.
 *
 * @throws LaunchRefused when a file is damaged.
 */
export function keepSecrets(folder: StateFolder): Secrets {
  const masterKeyFile = folder.path('master.key');
  const path = folder.path('secrets.json');
  if (!existsSync(masterKeyFile)) {
    if (existsSync(path)) {
      throw new LaunchRefused(
        `${masterKeyFile} is missing, and what it sealed cannot be read without it; put it back, or start afresh: rm -r ${folder.path()}`,
      );
    }
    writePrivately(masterKeyFile, `${randomBytes(32).toString('base64')}\n`);
  }
  // Written last: its presence says that the master key was complete before it.
  if (!existsSync(path)) {
    const made = { operatorToken: `sbo_${token(32)}`, operatorPassword: token(15) };
    writePrivately(path, `${JSON.stringify(made, null, 2)}\n`);
  }
  return { ...readSecrets(path), masterKeyFile };
}

function readSecrets(path: string): z.output<typeof schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new LaunchRefused(`${path} cannot be read as secrets; delete it, and new ones are made at the next start`);
  }
}

function token(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
