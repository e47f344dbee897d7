import type {
  Page,
  PreviewRequestInput,
  TemplateDocumentInput,
  TemplatePreview,
  TemplateSummary,
  TemplateVersion,
  TemplateView,
} from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';
import { type PageOptions, queryOf } from './paging.js';

export interface PutTemplateOptions extends CallOptions {
  /** `false` keeps the version for a preview, and leaves the one in force as it is. */
  readonly activate?: boolean;
}

/** What notifications are made of. Every method throws SignalboxErrors. */
export class Templates {
  constructor(private readonly push: Connection) {}

  /** The same document is the same version. @throws RequestRefused 422 that names each message and place that cannot be written. */
  async put(
    name: string,
    document: TemplateDocumentInput,
    { activate = true, signal }: PutTemplateOptions = {},
  ): Promise<TemplateView> {
    const query = { activate: String(activate) };
    return (
      await this.push.call<TemplateView>({ method: 'PUT', path: ['templates', name], query, body: document, signal })
    ).body;
  }

  /** The version in force, or another one. */
  async get(
    name: string,
    { version, signal }: CallOptions & { readonly version?: number } = {},
  ): Promise<TemplateView> {
    const path = ['templates', name, ...(version === undefined ? [] : ['versions', String(version)])];
    return (await this.push.call<TemplateView>({ method: 'GET', path, signal })).body;
  }

  async list({ signal, ...page }: PageOptions = {}): Promise<Page<TemplateSummary>> {
    return (
      await this.push.call<Page<TemplateSummary>>({ method: 'GET', path: ['templates'], query: queryOf(page), signal })
    ).body;
  }

  /** The newest first. */
  async versions(name: string, { signal, ...page }: PageOptions = {}): Promise<Page<TemplateVersion>> {
    const path = ['templates', name, 'versions'];
    return (await this.push.call<Page<TemplateVersion>>({ method: 'GET', path, query: queryOf(page), signal })).body;
  }

  async activate(name: string, version: number, { signal }: CallOptions = {}): Promise<TemplateView> {
    const path = ['templates', name, 'activate'];
    return (await this.push.call<TemplateView>({ method: 'POST', path, body: { version }, signal })).body;
  }

  /** What readers of each language get, and the payload for each provider, to the byte. */
  async preview(name: string, request: PreviewRequestInput, { signal }: CallOptions = {}): Promise<TemplatePreview> {
    const path = ['templates', name, 'preview'];
    return (await this.push.call<TemplatePreview>({ method: 'POST', path, body: request, signal })).body;
  }

  /** What was accepted before is sent all the same. */
  async remove(name: string, { signal }: CallOptions = {}): Promise<void> {
    await this.push.call({ method: 'DELETE', path: ['templates', name], signal });
  }
}
