import Provider, { type TokenEndpointGrantContext } from 'oidc-provider';

type GrantHandler = (context: TokenEndpointGrantContext) => void | Promise<void>;
type Names = string | readonly string[] | ReadonlySet<string>;

const registered = new WeakMap<Provider, Map<string, GrantHandler>>();

/** oidc-provider that remembers its own grants, so that one of ours can end as a standard one does: bound, scoped and refreshed alike. */
export class RememberingProvider extends Provider {
  override registerGrantType<Params extends object>(
    name: string,
    handler: (context: TokenEndpointGrantContext<Params>) => void | Promise<void>,
    parameters?: Names,
    duplicates?: Names,
  ): void {
    // Called while the base class is being made, when this class has no fields yet.
    const known = registered.get(this) ?? new Map<string, GrantHandler>();
    registered.set(this, known.set(name, handler as GrantHandler));
    super.registerGrantType(name, handler, parameters, duplicates);
  }
}

/** Answers a token request as if it were one with this authorization code. */
export async function answerWithCode(
  context: TokenEndpointGrantContext,
  code: { readonly code: string; readonly redirect_uri: string; readonly code_verifier: string },
): Promise<void> {
  const handler = registered.get(context.oidc.provider)?.get('authorization_code');
  if (handler === undefined) throw new Error('the engine has no authorization codes');
  Object.assign(context.oidc.params, code);
  await handler(context);
}
