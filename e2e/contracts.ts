import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
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
