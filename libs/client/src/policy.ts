import type { Page, PolicyDocumentInput, PolicyVersion, PolicyView } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';
import { type PageOptions, queryOf } from './paging.js';

export interface PutPolicyOptions extends CallOptions {
  /** The version that this one is made of, as `get` told it. */
  readonly replaces: number;
}

/** What the app's users are spared: consent, quiet hours, caps. Every method throws SignalboxErrors. */
export class Policy {
  constructor(private readonly push: Connection) {}

  /** The one in force; version 0: none was ever put. */
  async get({ signal }: CallOptions = {}): Promise<PolicyView> {
    return (await this.push.call<PolicyView>({ method: 'GET', path: ['policy'], signal })).body;
  }

  /**
   * In force for everything that is routed from then on.
   *
   * @throws RequestRefused 412 `policy_changed` when another version is in force than it replaces: also when this very call put it,
   *   and the answer was lost.
   */
  async put(document: PolicyDocumentInput, { replaces, signal }: PutPolicyOptions): Promise<PolicyView> {
    const call = { method: 'PUT', path: ['policy'], body: document, ifMatch: `"${replaces}"`, signal } as const;
    return (await this.push.call<PolicyView>(call)).body;
  }

  /** The newest first. */
  async versions({ signal, ...page }: PageOptions = {}): Promise<Page<PolicyVersion>> {
    const [path, query] = [['policy', 'versions'], queryOf(page)];
    return (await this.push.call<Page<PolicyVersion>>({ method: 'GET', path, query, signal })).body;
  }

  async version(version: number, { signal }: CallOptions = {}): Promise<PolicyView> {
    const path = ['policy', 'versions', String(version)];
    return (await this.push.call<PolicyView>({ method: 'GET', path, signal })).body;
  }
}
