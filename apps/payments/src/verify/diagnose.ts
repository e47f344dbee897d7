import { isUtf8 } from 'node:buffer';
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SignatureHeader } from './signature-header.js';
import { countsAt, fits, macOf, type SigningSecret } from './verify-signature.js';

/** What else the secrets of an app are good for. */
export interface OtherSource {
  /** Its public id. */
  readonly id: string;
  readonly name: string;
  readonly secrets: readonly SigningSecret[];
}

/** What the sender, or something on the way, seems to have done. For people: nothing of this is ever accepted. */
export type Diagnosis =
  /** Signed with a secret of another source of the same app. */
  | { readonly kind: 'other_source'; readonly id: string; readonly name: string }
  | { readonly kind: 'secret_out_of_time'; readonly over: boolean }
  /** It was signed as `form` says and came differently. */
  | { readonly kind: 'body_changed'; readonly form: string }
  /** It was signed with the secret written differently. */
  | { readonly kind: 'secret_misread'; readonly form: string }
  | { readonly kind: 'unexplained' };

/** Above it a body is not written out again and again only to explain a mistake. Bytes. */
const LARGEST_BODY = 256 * 1_024;
/** Objects in objects: events have ten at most, and to write out deeper ones would cost their indentation, or the stack. */
const DEEPEST_BODY = 32;

/** Finds out why none of a source's own secrets fits. Costs many times what verifying does, so callers ration it. */
export function diagnose(
  header: SignatureHeader,
  body: Buffer,
  own: readonly SigningSecret[],
  others: readonly OtherSource[],
  now: Date,
): Diagnosis {
  const signedWith = (key: KeyObject, bytes: Buffer): boolean =>
    fits(header.candidates, macOf(key, header.timestamp, bytes));
  if (body.length > LARGEST_BODY) return { kind: 'unexplained' };

  const outOfTime = own.find((secret) => !countsAt(secret, now) && signedWith(secret.key, body));
  if (outOfTime !== undefined) return { kind: 'secret_out_of_time', over: outOfTime.notBefore <= now };
  const other = others.find(({ secrets }) => secrets.some(({ key }) => signedWith(key, body)));
  if (other !== undefined) return { kind: 'other_source', id: other.id, name: other.name };
  for (const { form, bytes } of otherBodies(body)) {
    if (own.some(({ key }) => signedWith(key, bytes))) return { kind: 'body_changed', form };
  }
  for (const secret of own) {
    const misread = otherKeys(secret.key).find(({ key }) => signedWith(key, body));
    if (misread !== undefined) return { kind: 'secret_misread', form: misread.form };
  }
  return { kind: 'unexplained' };
}

/** Bodies that proxies, frameworks and editors are known to make `body` of; the least change first. */
function otherBodies(body: Buffer): { readonly form: string; readonly bytes: Buffer }[] {
  const text = body.toString('utf8');
  const parsed = isUtf8(body) ? parsedOrUndefined(text.replace(/^\uFEFF/, '')) : undefined;
  const written = (form: string, value: string) => ({ form, bytes: Buffer.from(value) });
  return [
    ...(typeof parsed === 'string' ? [written('as the text inside a JSON string', parsed)] : []),
    { form: 'as what its base64 stands for', bytes: Buffer.from(text, 'base64') },
    written('without the line break at its end', text.replace(/\r?\n$/, '')),
    written('with a line break at its end', `${text}\n`),
    written('without a byte order mark', text.replace(/^\uFEFF/, '')),
    written('with \\n for each line break', text.replaceAll('\r\n', '\n')),
    written('with \\r\\n for each line break', text.replaceAll(/\r?\n/g, '\r\n')),
    ...(parsed === undefined || isDeeperThan(DEEPEST_BODY, parsed)
      ? []
      : [
          written('as JSON indented by two spaces', JSON.stringify(parsed, undefined, 2)),
          written('as JSON without spaces', JSON.stringify(parsed)),
        ]),
  ];
}

/** What people paste instead of a secret, or what a library of another scheme makes of it. */
function otherKeys(key: KeyObject): { readonly form: string; readonly key: KeyObject }[] {
  const secret = key.export().toString();
  const bare = secret.replace(/^whsec_/, '');
  const made = (form: string, bytes: string | Buffer) => ({ form, key: createSecretKey(Buffer.from(bytes)) });
  return [
    made('with a line break behind it', `${secret}\n`),
    made('with a carriage return behind it', `${secret}\r`),
    made('with both a carriage return and a line break behind it', `${secret}\r\n`),
    made('with a space behind it', `${secret} `),
    made('with a space in front of it', ` ${secret}`),
    made('without whsec_', bare),
    made('decoded from base64, as Standard Webhooks has it', Buffer.from(bare, 'base64')),
  ];
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(depth - 1, inner));
}
