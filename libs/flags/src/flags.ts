import { NOOP_PROVIDER, OpenFeature, ProviderEvents, type Client } from '@openfeature/server-sdk';
import { ConfigError } from '@signalbox/config';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { DocumentProvider } from './document-provider.js';
import { EnvironmentProvider } from './environment-provider.js';
import { FileProvider } from './file-provider.js';
import { type FlagDocument, type FlagSetting, FlagsRefused, type Said } from './flag-document.js';
import type { FlagKey, FlagSource } from './flag-keys.js';

/** What one source says about one flag. */
export interface FlagStance extends FlagSetting {
  readonly flag: FlagKey;
  readonly source: FlagSource;
}

interface FlagOptions {
  /** Those that this service goes by; what others go by may be set, too, and is theirs to read. */
  readonly keys: readonly FlagKey[];
  readonly config: { readonly FLAGS?: FlagDocument | undefined; readonly FLAGS_FILE?: string | undefined };
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How soon a change of the file is seen; a second unless told. Milliseconds. */
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;

interface Bound {
  readonly source: FlagSource;
  readonly domain: string;
  readonly provider: DocumentProvider;
  readonly client: Client;
}

/**
 * The flags of this process. They are evaluated by OpenFeature when a source changes; whoever sends only looks them up, in memory. On is what
 * nobody has turned off: one source that says off is enough.
 */
export class Flags {
  private said: readonly FlagStance[] = [];
  private readonly listeners: (() => void)[] = [];
  private evaluating: Promise<void> = Promise.resolve();

  private constructor(
    private readonly keys: readonly FlagKey[],
    private readonly bound: readonly Bound[],
  ) {}

  /** Resolves once all are evaluated. @throws ConfigError when the file is not there or wrong. */
  static async open({ keys, config, lookEveryMs = LOOK_EVERY_MS, logger, metrics }: FlagOptions): Promise<Flags> {
    // Also where there is no file: what an alert asks for is there.
    const refused = metrics.gauge(
      'flags_file_refused',
      '1 while the file of flags is wrong or cannot be read, and what it said last is in force',
    );
    refused.set(0);
    const onRefused = (isRefused: boolean): void => refused.set(Number(isRefused));
    const providers: DocumentProvider[] = [];
    if (config.FLAGS !== undefined) providers.push(new EnvironmentProvider(config.FLAGS));
    if (config.FLAGS_FILE !== undefined)
      providers.push(new FileProvider(config.FLAGS_FILE, lookEveryMs, { logger, onRefused }));
    const bound: Bound[] = [];
    // OpenFeature has one registry for a process, which tests start many services in: each has domains of its own.
    const own = newUuid();
    for (const provider of providers) {
      const source = provider.metadata.name;
      const domain = `${own}.${source}`;
      await OpenFeature.setProviderAndWait(domain, provider).catch((error: unknown) => {
        if (error instanceof FlagsRefused) throw new ConfigError([`FLAGS_FILE: ${error.message}`]);
        throw error;
      });
      bound.push({ source, domain, provider, client: OpenFeature.getClient(domain) });
    }
    const flags = new Flags(keys, bound);
    await flags.evaluate();
    for (const { client } of bound) client.addHandler(ProviderEvents.ConfigurationChanged, flags.changed);
    return flags;
  }

  /** What the sources say now, where they say that something is off. */
  get off(): readonly FlagStance[] {
    return this.said.filter(({ isOn, apps }) => !isOn || [...apps.values()].some((each) => !each.isOn));
  }

  /** @returns undefined when it is on, and otherwise why it is not, as far as somebody said. */
  whyOff(flag: FlagKey, app: Uuid): { readonly reason: string | undefined } | undefined {
    for (const stance of this.said) {
      if (stance.flag !== flag) continue;
      const { isOn, reason } = stance.apps.get(app) ?? stance;
      if (!isOn) return { reason };
    }
    return undefined;
  }

  /** Calls back after each change, when the new values are there. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  async close(): Promise<void> {
    // The registry closes whom it lets go.
    for (const { domain } of this.bound) OpenFeature.setProvider(domain, NOOP_PROVIDER);
    await this.evaluating;
  }

  private readonly changed = (): void => {
    this.evaluating = this.evaluating.then(async () => {
      await this.evaluate();
      for (const listener of this.listeners) listener();
    });
  };

  private async evaluate(): Promise<void> {
    const stances = this.bound.flatMap((each) => this.keys.map((flag) => stanceOf(each, flag)));
    this.said = (await Promise.all(stances)).filter((stance) => stance !== undefined);
  }
}

/** @returns undefined when the source does not name the flag. */
async function stanceOf({ source, provider, client }: Bound, flag: FlagKey): Promise<FlagStance | undefined> {
  const ask = (targetingKey?: string) =>
    client.getBooleanDetails(flag, true, targetingKey === undefined ? {} : { targetingKey });
  const ofAll = await ask();
  if (ofAll.errorCode !== undefined) return undefined;
  const asked = [...provider.apps].map(async (app) => [app, await ask(formatId('app', app))] as const);
  const apps = (await Promise.all(asked)).filter(([, { flagMetadata }]) => flagMetadata['isOfApp'] === true);
  return { flag, source, ...saidIn(ofAll), apps: new Map(apps.map(([app, details]) => [app, saidIn(details)])) };
}

function saidIn({ value, flagMetadata }: Awaited<ReturnType<Client['getBooleanDetails']>>): Said {
  const { reason } = flagMetadata;
  return { isOn: value, ...(typeof reason === 'string' && { reason }) };
}
