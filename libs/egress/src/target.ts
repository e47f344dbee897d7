import { isIP } from 'node:net';
import { kindOfAddress, type AddressKind } from './address-rules.js';

/** What may be reached for an app: its webhooks, and whatever else has an address that a stranger chose. */
export interface EgressPolicy {
  /** Plain http, and addresses of this machine and its network. */
  readonly allowPrivate: boolean;
  /** Certificate authorities to trust instead of those that Node trusts, in PEM: a sandbox's. */
  readonly ca?: string | undefined;
}

/** A URL that may be posted to, as far as it can be known without asking a name server. */
export interface Target {
  readonly url: URL;
  /** Without brackets; an IP address or a name. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

export type TargetAnswer = { readonly target: Target } | { readonly refused: string };

/** The private policy is for apps in test mode alone, and only where the operator has set WEBHOOK_ALLOW_PRIVATE. */
export function policyFor(mode: 'live' | 'test', operatorAllowsPrivate: boolean): EgressPolicy {
  return { allowPrivate: operatorAllowsPrivate && mode === 'test' };
}

export function mayReach(kind: AddressKind, { allowPrivate }: EgressPolicy): boolean {
  return kind === 'public' || (allowPrivate && kind === 'private');
}

/** Names that are looked up on this machine or its network, if at all (RFC 6761, RFC 6762, ICANN on .internal). */
const LOCAL_NAME = /(^|\.)(localhost|local|internal)$|^[^.]+$/;

/**
 * Reads where a URL leads. WHATWG's parser brings decimal, octal, hexadecimal and short IPv4 addresses into their one
 * form, so that the rules see what would be dialled. Says in `refused` what the URL must be instead.
 */
export function readTarget(text: string, policy: EgressPolicy): TargetAnswer {
  const url = URL.parse(text);
  const schemes = policy.allowPrivate ? ['https:', 'http:'] : ['https:'];
  if (url === null || !schemes.includes(url.protocol)) return { refused: 'must be an https URL' };
  if (url.username !== '' || url.password !== '') return { refused: 'must not hold a user name or a password' };
  if (url.hash !== '') return { refused: 'must not have a fragment' };
  const secure = url.protocol === 'https:';
  const usual = secure ? 443 : 80;
  const port = url.port === '' ? usual : Number(url.port);
  // Ports below are of other protocols (25 mail, 22 shell), which a POST could be made to speak.
  if (port !== usual && port < 1_024) return { refused: `must use port ${usual}, or 1024 and above` };
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) {
    if (!mayReach(kindOfAddress(host), policy)) return { refused: 'must not lead to a private or reserved address' };
  } else if (!policy.allowPrivate && LOCAL_NAME.test(host)) {
    return { refused: 'must have a public name' };
  }
  return { target: { url, host, port, secure } };
}
