import { serviceSelf, type ServiceSelf } from '@signalbox/contracts';
import { type ClockReading, readingOf, type ServiceReading } from '@signalbox/doctor';
import { z } from 'zod';
import type { Service, Settings } from '../config.js';

/** What came of asking one service, and its clock. */
export interface AskedService {
  readonly reading: ServiceReading;
  readonly clock?: ClockReading;
}

const PATIENCE_MS = 5_000;
const ready = z.looseObject({ checks: z.record(z.string(), z.string()) });
const problem = z.looseObject({ detail: z.string() });

/** Asks each at once. Never rejects: a service that does not answer is what is being looked for. */
export async function readServices(settings: Settings, signal: AbortSignal): Promise<AskedService[]> {
  const { consoleUrl, services } = settings;
  return Promise.all([
    ...Object.values(services).map((service) => readService(service, signal)),
    readConsole(consoleUrl, signal),
  ]);
}

async function readService({ name, url, operatorToken }: Service, signal: AbortSignal): Promise<AskedService> {
  const [live, readiness] = await Promise.all([isLive(url, signal), readReadiness(url, signal)]);
  if (!live) return { reading: { name, url, live, ready: readiness, self: 'not told' } };
  if (operatorToken === undefined) return { reading: { name, url, live, ready: readiness, self: 'no token' } };
  const { self, clock } = await readSelf(name, url, operatorToken, signal);
  return { reading: { name, url, live, ready: readiness, self }, ...(clock !== undefined && { clock }) };
}

/** It knows no token; what it says of push is whether PUSH_URL and its own OPERATOR_TOKEN are right. */
async function readConsole(url: string, signal: AbortSignal): Promise<AskedService> {
  const [live, readiness] = await Promise.all([isLive(url, signal), readReadiness(url, signal)]);
  const push = readiness.is ? readiness.checks['push'] : undefined;
  const leadsOn = push === undefined || push === 'ok';
  const said = leadsOn
    ? readiness
    : { is: false as const, because: `its PUSH_URL or OPERATOR_TOKEN is wrong: push ${push}` };
  return { reading: { name: 'console', url, live, ready: said, self: 'not told' } };
}

async function isLive(url: string, signal: AbortSignal): Promise<boolean> {
  return (await ask(url, '/health/live', signal))?.status === 200;
}

type Readiness = { is: true; checks: Readonly<Record<string, string>> } | { is: false; because: string };

async function readReadiness(url: string, signal: AbortSignal): Promise<Readiness> {
  const answer = await ask(url, '/health/ready', signal);
  if (answer === undefined) return { is: false, because: 'no answer' };
  if (answer.status === 200) return { is: true, checks: ready.safeParse(answer.body).data?.checks ?? {} };
  return { is: false, because: problem.safeParse(answer.body).data?.detail ?? `it answers ${answer.status}` };
}

async function readSelf(
  name: string,
  url: string,
  token: string,
  signal: AbortSignal,
): Promise<{ self: ServiceReading['self']; clock?: ClockReading }> {
  const asked = Date.now();
  const answer = await ask(url, '/v1/service', signal, token);
  const heard = Date.now();
  if (answer?.status === 401 || answer?.status === 403) return { self: 'token refused' };
  const self: ServiceSelf | undefined = serviceSelf.safeParse(answer?.body).data;
  if (self === undefined) return { self: 'not told' };
  return { self, clock: readingOf(name, asked, Date.parse(self.now), heard) };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(url: string, path: string, signal: AbortSignal, token?: string): Promise<Answer | undefined> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    const response = await fetch(new URL(path, url), { headers, redirect: 'error', signal: timely });
    return { status: response.status, body: await response.json().catch(() => undefined) };
  } catch {
    return undefined;
  }
}
