import { credentialChecksAnswer } from '@signalbox/contracts';
import { type Finding, judgeCredential, teller } from '@signalbox/doctor';
import { z } from 'zod';
import { callService, RequestRefused } from '../api-client.js';
import type { Service, Settings } from '../config.js';

const appPage = z.looseObject({
  items: z.array(z.looseObject({ id: z.string(), name: z.string(), mode: z.string() })),
  next: z.string().nullable(),
});
export type AppFacts = z.output<typeof appPage>['items'][number];

const told = teller('credentials');

/** Every app, or the one that is named. @throws what `callService` throws. */
export async function readApps(
  { services }: Settings,
  app: string | undefined,
  signal: AbortSignal,
): Promise<AppFacts[]> {
  const apps: AppFacts[] = [];
  for (let after: string | undefined; ;) {
    const query = { after, limit: '100' };
    const request = { as: 'operator', method: 'GET', path: '/v1/apps', query, answer: appPage, signal } as const;
    const { items, next } = await callService(services.auth, request);
    apps.push(...items);
    if (next === null) break;
    after = next;
  }
  return app === undefined ? apps : apps.filter(({ id }) => id === app);
}

/** Has the services that own the credentials try them, one app after the other: providers take many at once for an attack. */
export async function tryCredentials(
  settings: Settings,
  apps: readonly AppFacts[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const app of apps) {
    const found = await Promise.all([
      tryWith(settings.services.push, app, signal),
      tryWith(settings.services.payments, app, signal),
    ]);
    findings.push(...found.flat());
  }
  if (findings.length > 0) return findings;
  return [told.ok(apps.length === 0 ? 'there is no such app' : `${apps.length} apps, none has a credential`)];
}

async function tryWith(service: Service, app: AppFacts, signal: AbortSignal): Promise<Finding[]> {
  const body = { appId: app.id };
  const request = { as: 'operator', method: 'POST', path: '/v1/credential-checks', body, signal } as const;
  try {
    const { checks } = await callService(service, { ...request, answer: credentialChecksAnswer });
    return checks.flatMap((check) => judgeCredential(`${app.name} (${app.id})`, check, Date.now()));
  } catch (error) {
    const why = error instanceof RequestRefused ? `${error.status} ${error.message}` : String(error);
    return [
      told.notChecked(
        `${app.name}: ${service.name} did not try: ${why}`,
        `see that ${service.name} answers and has the role api`,
      ),
    ];
  }
}
