import { startProcess } from '@signalbox/testing';

/** The sandbox as a process of its own, seen through the control API of one provider (docs/sandbox.md). */
export interface Sandbox {
  control<Answer>(method: string, path: string, body?: object): Promise<Answer>;
  /** Everything it remembers. */
  requests<Request>(): Promise<readonly Request[]>;
  openConnections(): Promise<number>;
  stop(): Promise<void>;
}

export async function startSandbox(provider: 'apns' | 'fcm'): Promise<Sandbox> {
  const ports = { CONTROL_PORT: '0', APNS_PORT: '0', FCM_PORT: '0', STRIPE_PORT: '0', BRAINTREE_PORT: '0' };
  const sandbox = await startProcess({
    entry: 'apps/sandbox/dist/main.js',
    env: { HOST: '127.0.0.1', ...ports, LOG_LEVEL: 'warn', STATE_DIR: undefined },
    ready: { line: (line) => line.includes('"ready":true') },
  });
  const { controlPort } = sandbox.jsonLines().find(({ ready }) => ready === true) as { controlPort: number };

  async function control<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${controlPort}/v1/${provider}/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  async function requests<Request>(): Promise<readonly Request[]> {
    const all: Request[] = [];
    for (let after = ''; ;) {
      const page = await control<{ requests: Request[]; next: string | null; hasMore: boolean }>(
        'GET',
        `requests?limit=1000${after}`,
      );
      all.push(...page.requests);
      if (!page.hasMore) return all;
      after = `&after=${page.next}`;
    }
  }

  return {
    control,
    requests,
    openConnections: async () => (await control<{ connections: { open: number } }>('GET', 'stats')).connections.open,
    stop: async () => {
      await sandbox.stop();
    },
  };
}
