import type { FuzzedRequest } from './request.js';

/** A request as a line for a shell. Very long bodies are shown by their length, since no shell would take them. */
export function curlOf({ route, target, headers, body, caller }: FuzzedRequest, url: string): string {
  const said = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const sent =
    body === undefined
      ? []
      : [`--data-binary ${body.length > 20_000 ? `"<${body.length} characters>"` : quoted(body)}`];
  return [
    'curl -sS -i --path-as-is',
    '-X',
    route.method,
    ...said,
    `-H "authorization: Bearer <${caller}>"`,
    ...sent,
    quoted(url + target),
  ].join(' ');
}

/** As bash reads it, whatever is in it. */
function quoted(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text);
  if (plain) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const bytes = [...Buffer.from(text, 'utf8')];
  return `$'${bytes.map((byte) => (byte > 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('')}'`;
}
