import type { StateFolder } from '../run/state-folder.js';
import { type LocalFile, readLocalFile, writeLocalFile } from './local-file.js';
import { seedDemo } from './seed-demo.js';

/** Sees to it that the demo app is there and complete, and notes in local.json how to talk to it. @throws DemoNotMade. */
export async function keepDemo(folder: StateFolder, installation: Omit<LocalFile, 'demo'>): Promise<LocalFile> {
  const { urls, operatorToken, operatorPassword, operate, operators } = installation;
  const demo = await seedDemo(urls, operatorToken, readLocalFile(folder)?.demo);
  const local = {
    ...{ urls, operatorToken, operatorPassword },
    ...(operate !== undefined && { operate }),
    ...(operators !== undefined && { operators }),
    demo,
  };
  writeLocalFile(folder, local);
  return local;
}
