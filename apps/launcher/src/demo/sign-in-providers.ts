import { z } from 'zod';
import { DemoNotMade, type HttpCaller, Refused } from './http-caller.js';

/** What the sandbox tells of its stand-ins; the names of its answers are the providers' own. */
const google = z.object({
  issuer: z.url(),
  clientId: z.string(),
  clientSecret: z.string(),
  nativeClientIds: z.array(z.string()),
});
const apple = z.object({
  issuer: z.url(),
  teamId: z.string(),
  keyId: z.string(),
  privateKey: z.string(),
  servicesId: z.string(),
  bundleIds: z.array(z.string()),
});

/** Lets users of the demo app sign in with the sandbox's Google and Apple. Repeating it changes nothing. */
export async function keepSignInProviders(auth: HttpCaller, sandbox: HttpCaller, appId: string): Promise<void> {
  const { clientId, clientSecret, nativeClientIds, issuer } = await told(sandbox, 'google', google);
  await put(auth, appId, 'google', { clientId, clientSecret, appIds: nativeClientIds, endpoint: endpointOf(issuer) });
  const { issuer: ofApple, ...client } = await told(sandbox, 'apple', apple);
  await put(auth, appId, 'apple', { ...client, endpoint: endpointOf(ofApple) });
}

function put(auth: HttpCaller, appId: string, kind: 'google' | 'apple', config: object): Promise<unknown> {
  return auth.send('PUT', `/v1/apps/${appId}/sign-in-providers/${kind}`, { kind, ...config }, z.unknown());
}

async function told<Schema extends z.ZodType>(
  sandbox: HttpCaller,
  provider: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const answer = await sandbox.get(`/v1/sign-in/${provider}/client`, schema);
  if (answer instanceof Refused) throw new DemoNotMade(`the sandbox answered ${answer.status} about its ${provider}`);
  return answer;
}

function endpointOf(issuer: string): { origin: string } {
  return { origin: new URL(issuer).origin };
}
