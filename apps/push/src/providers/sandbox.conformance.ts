import { startSandbox } from '@signalbox/testing';

/** The sandbox as a process of its own, seen through the control API of one provider (docs/sandbox.md). */
export interface Sandbox {
  control<Answer>(method: string, path: string, body?: object): Promise<Answer>;
  /** Everything it remembers. */
  requests<Request>(): Promise<readonly Request[]>;
  openConnections(): Promise<number>;
  stop(): Promise<void>;
}

export async function startPushSandbox(provider: 'apns' | 'fcm' | 'webpush'): Promise<Sandbox> {
  const sandbox = await startSandbox();
  const control: Sandbox['control'] = (method, path, body) => sandbox.control(method, `/v1/${provider}/${path}`, body);

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
