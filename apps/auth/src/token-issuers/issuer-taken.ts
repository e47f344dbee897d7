import { formatId, type Uuid } from '@signalbox/contracts';
import { type Principal, type Problem, problems } from '@signalbox/http';
import type { TrustedAlready } from './token-issuers.queries.js';

interface Asked {
  readonly appId: Uuid;
  readonly audience: string;
  readonly by: Principal['kind'];
}

/** Why an app may not trust an issuer that `there` trust already; undefined when it may. Another app's names are for the operator's eyes. */
export function refusal(there: readonly TrustedAlready[], { appId, audience, by }: Asked): Problem | undefined {
  const same = there.find((each) => each.audience === audience);
  if (same?.appId === appId) {
    const id = formatId('tokenIssuer', same.id);
    return taken('/audience', `leads to this app already, as ${id}; delete that one first if it shall be another`);
  }
  if (by !== 'operator' && there.some((each) => each.appId !== appId)) {
    return taken('/issuer', 'another app has it; ask the operator, who can add it here with an audience of your own');
  }
  if (same === undefined) return undefined;
  const [app, id] = [formatId('app', same.appId), formatId('tokenIssuer', same.id)];
  return taken('/audience', `leads to ${app}; take another, or DELETE /v1/apps/${app}/token-issuers/${id} first`);
}

function taken(pointer: string, reason: string): Problem {
  const detail = 'Tokens of this issuer lead to an app already; see errors.';
  return problems.conflict('issuer_taken', detail, [{ pointer, reason }]);
}
