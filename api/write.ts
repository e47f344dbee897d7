import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { launchProcess } from '@signalbox/process-control';
import { freeBlock } from '../e2e/free-block.ts';
import { catalogueFile, documentFile } from './source/files.ts';
import { filesOf, readServices } from './source/make.ts';
import { SERVICES, type Service } from './source/services.ts';

// npm run contracts: writes what clients are told beside this file, as a Signalbox that is started for it tells it.
// npm run contracts -- --release: and keeps it as what was promised: from then on nothing of it may break.
const folder = mkdtempSync(join(tmpdir(), 'signalbox-contracts-'));
const launcher = await launchProcess(
  {
    entry: 'apps/launcher/dist/main.js',
    env: { SIGNALBOX_DIR: join(folder, 'state'), PORT_BASE: String(await freeBlock()), REDIS_URL: undefined },
    ready: { line: (line) => line === 'Signalbox is ready.' },
    within: 90_000,
  },
  () => undefined,
);
try {
  const local = JSON.parse(readFileSync(join(folder, 'state/local.json'), 'utf8')) as { urls: Record<Service, string> };
  for (const [file, text] of filesOf(await readServices(local.urls))) writeFileSync(file, text);
  if (process.argv.includes('--release')) release();
} finally {
  await launcher.stop();
  rmSync(folder, { recursive: true });
}

function release(): void {
  const pairs = SERVICES.map((service) => [documentFile(service), documentFile(service, 'released')] as const);
  for (const [now, released] of [...pairs, [catalogueFile(), catalogueFile('released')] as const]) {
    mkdirSync(dirname(released), { recursive: true });
    copyFileSync(now, released);
  }
}
