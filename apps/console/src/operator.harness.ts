export interface Call {
  readonly session?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | URLSearchParams;
}

/** A browser without scripts that speaks to a console. */
export class Operator {
  constructor(private readonly url: () => string) {}

  call(method: string, path: string, { session, headers = {}, body }: Call = {}): Promise<Response> {
    return fetch(this.url() + path, {
      method,
      redirect: 'manual',
      headers: { ...(session === undefined ? {} : { cookie: `theme=dark; ${session}` }), ...headers },
      body: body ?? null,
    });
  }

  /** What the forms of a session's pages carry. */
  async formToken(session: string): Promise<string> {
    const page = await (await this.call('GET', '/', { session, headers: { accept: 'text/html' } })).text();
    return /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? 'the page has none';
  }

  /** As the browser sends a form or a script's request of the console's own page. */
  ours(): Record<string, string> {
    return { origin: this.url(), 'sec-fetch-site': 'same-origin' };
  }

  signIn(password: string, more: { next?: string; headers?: Record<string, string> } = {}): Promise<Response> {
    return this.call('POST', '/login', {
      headers: { ...this.ours(), ...more.headers },
      body: new URLSearchParams({ password, ...(more.next === undefined ? {} : { next: more.next }) }),
    });
  }

  /** The first cookie that an answer sets, as it is sent back. */
  static cookieIn(answer: Response): string {
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  }
}
