import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { COLLECTION, readDocument } from '../api/source/files.ts';
import { filesOf, readServices } from '../api/source/make.ts';
import { routesOf, SERVICES, type Service } from '../api/source/services.ts';

const NEWMAN = fileURLToPath(new URL('../node_modules/newman/bin/newman.js', import.meta.url));

interface NewmanReport {
  readonly run: {
    readonly stats: Readonly<Record<'requests' | 'assertions', { readonly total: number; readonly failed: number }>>;
    readonly failures: readonly {
      readonly source?: { readonly name?: string };
      readonly error: { readonly message: string };
    }[];
  };
}

/** A GET as its document has it. */
interface Read {
  readonly responses: Readonly<
    Record<string, { readonly headers?: { readonly 'Cache-Control'?: { readonly example: string } } }>
  >;
}

/** What clients were told in `api/`, beside what a running installation says and does. `root` is a folder to write into. */
export function describeContracts(
  root: () => string,
  local: () => { readonly urls: Record<Service, string>; readonly operatorToken: string },
): void {
  describe('what clients are told', () => {
    it('has every route that the services answer, and no other (npm run contracts writes it anew)', async () => {
      const served = await readServices(local().urls);
      for (const service of SERVICES)
        expect({ [service]: routesOf(readDocument(service)) }).toEqual({ [service]: routesOf(served[service]) });
    });

    it('is what they tell themselves, to the byte (npm run contracts writes it anew)', async () => {
      const stale = [...filesOf(await readServices(local().urls))]
        .filter(([file, text]) => readFileSync(file, 'utf8') !== text)
        .map(([file]) => file);
      expect(stale).toEqual([]);
    });

    it('says of every read who may keep it, and so do its answers, which come once to who has them', async () => {
      const { urls, operatorToken } = local();
      const [asked, silent, untrue]: [string[], string[], string[]] = [[], [], []];
      for (const service of SERVICES) {
        for (const [path, { get }] of Object.entries(readDocument(service).paths as Record<string, { get?: Read }>)) {
          if (get === undefined) continue;
          const policy = get.responses['200']?.headers?.['Cache-Control']?.example;
          if (policy === undefined) silent.push(`${service} ${path}`);
          // What needs no id can be asked as it stands; who may not is told so, and nobody keeps that.
          if (path.includes('{')) continue;
          const ask = (etag = '') =>
            fetch(urls[service] + path, {
              headers: { authorization: `Bearer ${operatorToken}`, ...(etag !== '' && { 'if-none-match': etag }) },
            });
          const first = await ask();
          await first.arrayBuffer();
          const etag = first.headers.get('etag') ?? undefined;
          const due = first.status === 200 ? policy : 'no-store';
          const isKept = first.status === 200 && get.responses['304'] !== undefined;
          if (first.headers.get('cache-control') !== due || isKept !== (etag !== undefined))
            untrue.push(`${service} ${path}`);
          if (!isKept) continue;
          asked.push(path);
          // What is listed may change between two looks.
          await eventually(async () => {
            const now = await ask();
            await now.arrayBuffer();
            const again = await ask(now.headers.get('etag')!);
            expect([path, again.status, await again.text()]).toEqual([path, 304, '']);
          });
        }
      }
      expect({ silent, untrue }).toEqual({ silent: [], untrue: [] });
      expect(asked).toEqual(expect.arrayContaining(['/v1/apps', '/v1/breakers', '/.well-known/assetlinks.json']));
    });

    it('lets verifiers keep the key set and the discovery document of sign-in', async () => {
      const { auth } = local().urls;
      for (const path of ['/oauth/jwks', '/.well-known/openid-configuration']) {
        const first = await fetch(auth + path);
        expect([path, first.headers.get('cache-control')]).toEqual([
          path,
          expect.stringMatching(/^public, max-age=\d+, stale-while-revalidate=\d+$/),
        ]);
        const again = await fetch(auth + path, { headers: { 'if-none-match': first.headers.get('etag')! } });
        expect([path, again.status, await again.text()]).toEqual([path, 304, '']);
      }
      expect((await fetch(`${auth}/oauth/token`, { method: 'POST' })).headers.get('cache-control')).toBe('no-store');
    });

    it('is true of every request of the Postman collection', async () => {
      const { urls, operatorToken } = local();
      const report = join(root(), 'newman.json');
      const variables = { ...Object.fromEntries(SERVICES.map((name) => [`${name}Url`, urls[name]])), operatorToken };
      const { stdout } = await newman([
        ...['run', COLLECTION, '--reporters', 'json', '--reporter-json-export', report],
        ...Object.entries(variables).flatMap(([name, value]) => ['--env-var', `${name}=${value}`]),
      ]);
      const { run } = JSON.parse(readFileSync(report, 'utf8')) as NewmanReport;
      expect(run.failures.map(({ source, error }) => `${source?.name ?? ''}: ${error.message}`)).toEqual([]);
      expect(run.stats.requests.total).toBeGreaterThan(200);
      expect(run.stats.assertions).toMatchObject({ failed: 0 });
      expect(stdout).toBe('');
    }, 120_000);
  });
}

/** It ends with 1 for a failed assertion, of which its report tells. */
function newman(args: readonly string[]): Promise<{ readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [NEWMAN, ...args], { env: {} }, (_error, stdout) => resolve({ stdout }));
  });
}
