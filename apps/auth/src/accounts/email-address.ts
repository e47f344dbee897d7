import { domainToASCII } from 'node:url';

/** An address as mail is sent to it, and as it is compared. */
export interface EmailAddress {
  readonly address: string;
  /** Two addresses are one account's when their keys are the same. */
  readonly key: string;
}

/** Octets that SMTP carries: of the whole, and before the @ (RFC 5321, 4.5.3.1). */
const MOST = 254;
const MOST_BEFORE_AT = 64;

/** What an address never needs, and what would mean something to a header, a list of addresses or a page. */
const UNFIT = /[\s\p{C}"'(),:;<>[\\\]`]/u;

/**
 * Reads what a person typed; undefined when no mail could go there. NFKC makes one of what looks and is meant the same, the domain
 * is written in ASCII, case does not count. Dots and what follows a plus do: only the mail server knows what they mean to it.
 */
export function readEmail(typed: string): EmailAddress | undefined {
  const text = typed.normalize('NFKC').trim();
  const at = text.lastIndexOf('@');
  const before = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1));
  const address = `${before}@${domain}`;
  if (at < 1 || before.includes('@') || UNFIT.test(before) || !text.isWellFormed()) return undefined;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain)) return undefined;
  if (Buffer.byteLength(before) > MOST_BEFORE_AT || Buffer.byteLength(address) > MOST) return undefined;
  return { address, key: address.toLowerCase() };
}
