import type { Call } from '../api/call.js';
import { page, type Reply } from '../api/reply.js';
import { type Client, isForBrowsers } from '../clients/client.js';
import type { Grant } from '../grants/grant.js';
import { chooserPage, faultPage } from '../pages/pages.js';
import type { Person } from '../people/person.js';
import { idToken } from '../tokens/id-token.js';
import { sentBack } from './sent-back.js';

/** A browser comes to sign in: who it is was decided before, or a page asks. */
export async function authorize(call: Call): Promise<Reply> {
  const { provider, params } = call;
  const checked = check(call);
  if ('status' in checked) return checked;
  const hinted = provider.people.hinted(params.get('login_hint') ?? '');
  const { decision } = provider;
  if (hinted) return signIn(call, checked, hinted.sub);
  if (decision?.kind === 'person') return signIn(call, checked, decision.sub);
  if (decision?.kind === 'cancel') return refuse(call, provider.dialect.cancelled);
  return page(200, chooserPage(provider, params, checked.clientId));
}

/** Somebody has pressed a button of the page, which brings the parameters of the request along. */
export async function choose(call: Call): Promise<Reply> {
  const asked: Call = { ...call, params: new URLSearchParams(call.params.get('request') ?? '') };
  const checked = check(asked);
  if ('status' in checked) return checked;
  const sub = call.params.get('sub');
  return sub ? signIn(asked, checked, sub) : refuse(asked, asked.provider.dialect.cancelled);
}

/** The client, when the request is in order. */
function check(call: Call): Client | Reply {
  const { provider, params } = call;
  const { dialect } = provider;
  const client = provider.clients.find(params.get('client_id') ?? '');
  const unknown = dialect.refusal('unknown-client');
  const refused = (status: number, error: string, description: string): Reply =>
    page(status, faultPage(dialect.title, error, description), error);
  if (!client || !isForBrowsers(client)) return refused(unknown.status, unknown.error, 'This client is not known.');
  const uri = params.get('redirect_uri') ?? '';
  if (!URL.canParse(uri) || (client.redirectUris && !client.redirectUris.includes(uri)))
    return refused(400, 'redirect_uri_mismatch', `${uri} is not registered for ${client.clientId}.`);
  const fault = dialect.authorizeFault(params);
  if (!fault) return client;
  if (dialect.redirectsFaults) return refuse(call, fault.error, fault.description);
  return refused(400, fault.error, fault.description);
}

async function signIn(call: Call, client: Client, sub: string): Promise<Reply> {
  const { provider, params } = call;
  const { dialect, grants } = provider;
  const person = provider.person(sub);
  if (!person) return page(404, faultPage(dialect.title, 'not_found', `Nobody here is ${sub}.`), 'not_found');
  const first = provider.consent(client, sub);
  const grant = grantOf(call, client, person, dialect.isOffline(params, first));
  const code = dialect.newCode();
  grants.issueCode(code, grant, dialect.codeSeconds);
  const wantsToken = (params.get('response_type') ?? '').includes('id_token');
  const user = dialect.userParam(person, grant.scopes, first);
  return sentBack(params, {
    code,
    ...(wantsToken && { id_token: await idToken(provider, person, grant, { code }) }),
    ...(user && { user: JSON.stringify(user) }),
    ...dialect.responseParams(provider.nameIn('responses'), grant.scopes),
  });
}

function grantOf({ provider, params }: Call, { clientId }: Client, { sub }: Person, offline: boolean): Grant {
  const challenge = provider.dialect.usesPkce ? params.get('code_challenge') : null;
  return {
    ...{ sub, clientId, askedBy: clientId, offline },
    scopes: (params.get('scope') ?? '').split(' ').filter(Boolean),
    nonce: params.get('nonce') ?? undefined,
    authTime: Math.floor(Date.now() / 1000),
    redirectUri: params.get('redirect_uri') ?? '',
    challenge:
      challenge === null ? undefined : { method: params.get('code_challenge_method') ?? 'plain', value: challenge },
  };
}

function refuse({ provider, params }: Call, error: string, description?: string): Reply {
  // Whoever cancels has allowed nothing: no scopes are told.
  const { iss } = provider.dialect.responseParams(provider.nameIn('responses'), []);
  const told = {
    error,
    ...(description !== undefined && { error_description: description }),
    ...(iss !== undefined && { iss }),
  };
  return { ...sentBack(params, told), error };
}
