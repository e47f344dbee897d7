/** A mail as it is read: a few paragraphs and at most one thing to press. */
export interface MailText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly action?: { readonly label: string; readonly link: string };
  /** After the action: what to do when it was not the reader who asked. */
  readonly closing: string;
}

export function plainText({ paragraphs, action, closing }: MailText): string {
  const pressed = action === undefined ? [] : [`${action.label}:\n${action.link}`];
  return [...paragraphs, ...pressed, closing].join('\n\n') + '\n';
}

/** No image, no style sheet, nothing fetched: what a mail client that knows little shows as well. */
export function htmlText(mail: MailText, locale: string): string {
  const { subject, paragraphs, action, closing } = mail;
  const body = [
    ...paragraphs.map((text) => `<p>${escaped(text)}</p>`),
    ...(action === undefined ? [] : [`<p><a href="${escaped(action.link)}">${escaped(action.label)}</a></p>`]),
    `<p>${escaped(closing)}</p>`,
  ];
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5">
${body.join('\n')}
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter]!);
