/** A browser without scripts: cookies, redirects and forms, as a person with a phone's browser has them. */
export class Browser {
  private readonly cookies = new Map<string, { readonly value: string; readonly path: string }>();
  private page = { url: '', text: '', status: 0 };

  /** @param headers that it sends besides with every request, as a proxy in front of us would. */
  constructor(private readonly headers: Readonly<Record<string, string>> = {}) {}

  get text(): string {
    return this.page.text;
  }

  /** The value of a cookie that it keeps. */
  cookie(name: string): string | undefined {
    return this.cookies.get(name)?.value;
  }

  /** Goes there, and on to wherever it is sent. @returns the address at which it stopped, or that it would have to leave `http(s)://` of this machine for. */
  async open(url: string): Promise<string> {
    return this.follow('GET', url);
  }

  /** Fills in the form that is sent to an address ending so, and sends it. */
  async submit(ending: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
    const form = this.formTo(ending);
    return this.follow('POST', form.action, new URLSearchParams({ ...form.hidden, ...fields }));
  }

  private formTo(ending: string): { action: string; hidden: Record<string, string> } {
    for (const [, head = '', body = ''] of this.page.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
      const action = attributeOf(head, 'action') ?? this.page.url;
      if (!new URL(action, this.page.url).pathname.endsWith(ending)) continue;
      const inputs = [...body.matchAll(/<input\b([^>]*)>/g)].map(([, input = '']) => input);
      const hidden = inputs.filter((input) => attributeOf(input, 'type') === 'hidden');
      const values = hidden.map((input) => [attributeOf(input, 'name') ?? '', attributeOf(input, 'value') ?? '']);
      return {
        action: new URL(action, this.page.url).href,
        hidden: Object.fromEntries(values) as Record<string, string>,
      };
    }
    throw new Error(
      `no form to ...${ending} at ${this.page.url} (${this.page.status}):\n${this.page.text.slice(0, 2_000)}`,
    );
  }

  private async follow(method: string, url: string, body?: URLSearchParams): Promise<string> {
    let [how, next, sent] = [method, url, body];
    for (;;) {
      const answer = await fetch(next, {
        method: how,
        headers: { ...this.headers, cookie: this.cookieHeader(next), accept: 'text/html' },
        redirect: 'manual',
        ...(sent === undefined ? {} : { body: sent }),
      });
      for (const line of answer.headers.getSetCookie()) this.keep(line);
      const location = answer.headers.get('location');
      if (location === null) {
        this.page = { url: next, text: await answer.text(), status: answer.status };
        return next;
      }
      const target = new URL(location, next);
      // Where the app itself would be opened, or listens.
      if (target.protocol !== 'http:' || target.pathname === '/callback') return target.href;
      [how, next, sent] = ['GET', target.href, undefined];
    }
  }

  private cookieHeader(url: string): string {
    const { pathname } = new URL(url);
    return [...this.cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const at = pair.indexOf('=');
    const path = attributes.find((each) => each.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    this.cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path });
  }
}

function attributeOf(tag: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');
}
