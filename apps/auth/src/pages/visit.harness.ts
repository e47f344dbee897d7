import { ISSUER, type PagesStage } from './pages.harness.js';

/** A page as it arrived. */
export class Seen {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
    readonly path: string,
  ) {}

  /** The forms' token. */
  get token(): string {
    return /name="form_token" value="([^"]+)"/.exec(this.text)?.[1] ?? '';
  }

  get title(): string {
    return /<title>([^<]*)<\/title>/.exec(this.text)?.[1] ?? '';
  }

  /** What is said to be wrong. */
  get alerts(): string[] {
    return [...this.text.matchAll(/role="alert"(?! hidden)[^>]*>\s*([^<]*?)\s*</g)].map(([, text]) => text!);
  }
}

/** A browser without scripts, made of cookies and redirects. */
export class Visit {
  /** By name and path. */
  private readonly cookies = new Map<string, { readonly pair: string; readonly path: string }>();

  constructor(
    private readonly stage: Pick<PagesStage, 'url'>,
    private readonly headers: Record<string, string> = {},
  ) {}

  /** Goes to an address and on from there. @returns the page, or where the way leads out of the service. */
  async get(path: string): Promise<Seen> {
    for (let next = path; ;) {
      const answer = await this.send('GET', next);
      const location = answer.headers.get('location');
      if (location === null) return this.seen(answer, next);
      const target = new URL(location, new URL(next, ISSUER));
      if (target.origin !== ISSUER) return this.seen(answer, target.href);
      next = target.pathname + target.search;
    }
  }

  /** Sends a form of the page that is seen, and follows. */
  async submit(seen: Seen, path: string, fields: Record<string, string> = {}): Promise<Seen> {
    const answer = await this.post(path, { form_token: seen.token, ...fields });
    const location = answer.headers.get('location');
    if (location === null) return this.seen(answer, path);
    const target = new URL(location, ISSUER);
    return target.origin === ISSUER ? this.get(target.pathname + target.search) : this.seen(answer, target.href);
  }

  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.send('POST', path, new URLSearchParams(fields), headers);
  }

  /** The cookies that go along to an address. */
  cookieHeader(path: string): string {
    return [...this.cookies.values()]
      .filter(({ path: under }) => path.startsWith(under))
      .map(({ pair }) => pair)
      .join('; ');
  }

  private async send(method: string, path: string, body?: URLSearchParams, more = {}): Promise<Response> {
    const target = new URL(path, ISSUER);
    const headers = { ...this.headers, cookie: this.cookieHeader(target.pathname), accept: 'text/html', ...more };
    const url = new URL(target.pathname + target.search, this.stage.url);
    const answer = await fetch(url, { method, headers, redirect: 'manual', body: body ?? null });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    return answer;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const path = attributes.find((each) => each.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    this.cookies.set(`${pair.split('=')[0]!} ${path}`, { pair, path });
  }

  private async seen(answer: Response, path: string): Promise<Seen> {
    return new Seen(answer.status, answer.headers, await answer.text(), path);
  }
}
