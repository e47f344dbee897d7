/** What of a message a test asks about. */
export interface ReadMessage {
  readonly subject: string;
  readonly from: string;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** Of the plain text, in order: what a reader would press. */
  readonly links: readonly string[];
}

/** Reads a message as mail clients do (RFC 5322, 2045, 2047), as far as our own mails go: text, HTML, and both as alternatives. */
export function readMessage(raw: string): ReadMessage {
  const headers = headersOf(raw);
  const parts = partsOf(raw);
  const text = parts.find(({ type }) => type === 'text/plain')?.content;
  return {
    subject: headers['subject'] ?? '',
    from: headers['from'] ?? '',
    messageId: headers['message-id'],
    headers,
    text,
    html: parts.find(({ type }) => type === 'text/html')?.content,
    links: text?.match(/https?:\/\/\S+/g) ?? [],
  };
}

interface Part {
  readonly type: string;
  readonly content: string;
}

function partsOf(raw: string): Part[] {
  const headers = headersOf(raw);
  const body = raw.slice(headEnd(raw) + 4);
  const contentType = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) {
    const type = contentType.split(';')[0]!.trim().toLowerCase();
    return [{ type, content: decoded(body, headers['content-transfer-encoding'] ?? '7bit').replaceAll('\r\n', '\n') }];
  }
  // What stands before the first boundary and behind the last is for nobody.
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((part) => partsOf(part.replace(/^\r\n/, '')));
}

function headersOf(raw: string): Record<string, string> {
  const lines = raw
    .slice(0, headEnd(raw))
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), words(line.slice(colon + 1).trim())];
    }),
  );
}

function headEnd(raw: string): number {
  const end = raw.indexOf('\r\n\r\n');
  return end === -1 ? raw.length : end;
}

/** Words in another character set: `=?UTF-8?Q?W=C3=A4hlen?=`. Two of them in a row are one text that was cut. */
function words(value: string): string {
  return value
    .replaceAll(/(\?=)\s+(=\?)/g, '$1$2')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, how: string, text: string) =>
      how.toLowerCase() === 'b' ? decoded(text, 'base64') : decoded(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function decoded(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString();
    case 'quoted-printable': {
      const bytes = body
        .replaceAll(/=\r\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString();
    }
    default:
      return Buffer.from(body, 'latin1').toString();
  }
}
