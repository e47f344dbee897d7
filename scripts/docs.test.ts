import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'k8s/README.md',
  'libs/client/README.md',
];

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1]!);
}

describe.each(pages)('%s', (page) => {
  it('links to files that exist', () => {
    const links = matches(read(page), /\]\(([^)\s]+)\)/g).filter((link) => !/^(https?:|#|mailto:)/.test(link));
    const missing = links.filter((link) => !existsSync(join(root, dirname(page), link.replace(/#.*/, ''))));
    expect(missing).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const manifest = z.looseObject({ scripts: z.record(z.string(), z.string()) });
    const { scripts } = manifest.parse(JSON.parse(read('package.json')));
    const named = matches(read(page), /\bnpm run ([a-z:-]+[a-z])/g);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names source files that exist', () => {
    const named = matches(read(page), /`((?:[\w-]+\/)+[\w.-]+\.(?:ts|mjs|cjs|sql|prisma|txt|yaml))`/g);
    const homes = ['', 'apps/push/src', 'apps/events/src', 'apps/payments/src', 'apps/auth/src'];
    expect(named.filter((path) => !homes.some((home) => existsSync(join(root, home, path))))).toEqual([]);
  });
});

describe.each(['docs/features.md', 'docs/security/owasp.md', 'docs/security/threat-model.md'])('%s', (page) => {
  it('names tests that exist', () => {
    const text = read(page).replaceAll(/\s+/g, ' ');
    const claims = text
      .split(/(?=`[\w./-]+\.ts`)/)
      .slice(1)
      .flatMap((part) => {
        const file = /^`([^`]+)`/.exec(part)![1]!;
        return matches(part, / _([^_]+)_/g).map((sentence) => ({ file, sentence }));
      });
    expect(claims.length).toBeGreaterThan(15);
    const missing = claims.filter(({ file, sentence }) => !read(file).includes(sentence));
    expect(missing).toEqual([]);
  });
});

describe('docs/features.md', () => {
  it('names a test for everything that we have and others may not', () => {
    const rows = read('docs/features.md')
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const features = rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
    expect(features.length).toBeGreaterThan(30);
    const untested = features.filter(([, , , , , , ours, test]) => ours !== 'no' && !/`[^`]+\.ts` _/.test(test!));
    expect(untested).toEqual([]);
  });
});
