import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import type { Browser } from 'playwright-core';

export type { Browser, BrowserContext, Page as BrowserPage } from 'playwright-core';

/** Where the packages of Debian, Fedora, Chrome itself and macOS put it. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Tests in a real browser. Where there is none they are skipped, and their name says what to install. */
export function describeInChromium(name: string, tests: () => void): void {
  if (findChromium() !== undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: install chromium to run these)`, tests);
}

/** @param args switches for it. */
export async function startChromium(args: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`no Chromium in ${PLACES.join(', ')}`);
  // Only here: every test file reads this library, and few need a browser, which takes a quarter of a second to read.
  const { chromium } = await import('playwright-core');
  // Its sandbox needs rights that a container does not give; what it opens here is our own.
  return chromium.launch({ executablePath, chromiumSandbox: false, args: [...args] });
}

function findChromium(): string | undefined {
  return PLACES.find((place) => existsSync(place));
}
