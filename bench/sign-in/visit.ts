/** Whole sign-ins, as a phone's browser makes them: page, password, consent, code, tokens. */
import { createHash, randomBytes } from 'node:crypto';

export interface Visitor {
  readonly origin: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly email: string;
  readonly password: string;
  /** The address that a trusted proxy would name. */
  readonly ip: string;
}

/** @throws when a step is not answered as it should be. */
export async function signIn(visitor: Visitor): Promise<void> {
  const { origin, clientId, redirectUri, email, password, ip } = visitor;
  const cookies = new Map<string, string>();
  const call = async (url: string, body?: Record<string, string>): Promise<Response> => {
    const answer = await fetch(new URL(url, origin), {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-forwarded-for': ip,
        accept: 'text/html',
      },
      ...(body === undefined ? {} : { body: new URLSearchParams(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  /** Follows redirects to a page, or out of the service. */
  const follow = async (answer: Response): Promise<{ readonly url: string; readonly text: string }> => {
    const location = answer.headers.get('location');
    if (location === null) return { url: answer.url, text: await answer.text() };
    await answer.arrayBuffer();
    const target = new URL(location, origin);
    return target.origin === origin ? follow(await call(target.href)) : { url: target.href, text: '' };
  };
  const send = async (page: { text: string }, ending: string, fields: Record<string, string>) => {
    const form = new RegExp(`action="([^"]*${ending})"[^>]*>(.*?)</form>`, 's').exec(page.text);
    const token = /name="form_token" value="([^"]+)"/.exec(form?.[2] ?? '')?.[1];
    if (form === null || token === undefined) throw new Error(`no form to ${ending}: ${page.text.slice(0, 500)}`);
    return follow(await call(form[1]!, { form_token: token, ...fields }));
  };

  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid email account:manage',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const login = await follow(await call(`/oauth/authorize?${query.toString()}`));
  const consent = await send(login, '/login', { email, password });
  const back = await send(consent, '/consent', {});
  const code = new URL(back.url).searchParams.get('code');
  if (code === null) throw new Error(`no code: ${back.url}`);
  const tokens = await call('/oauth/token', {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  if (tokens.status !== 200) throw new Error(`no tokens: ${await tokens.text()}`);
  await tokens.arrayBuffer();
}
