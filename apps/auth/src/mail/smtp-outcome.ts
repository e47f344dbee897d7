/** What nodemailer says of a mail that was not taken. */
export interface SmtpFailure {
  readonly code?: string | undefined;
  readonly command?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly permanent?: boolean | undefined;
  readonly rejectedErrors?: readonly SmtpFailure[] | undefined;
}

/**
 * What became of one attempt at a mail:
 * - `sent`: the mail server took it;
 * - `later`: it may take it another time, or could not be reached;
 * - `refused`: it will never take this mail.
 */
export type SmtpOutcome =
  | { readonly end: 'sent' }
  | { readonly end: 'later'; readonly reason: string }
  | { readonly end: 'refused'; readonly reason: string };

/** The steps that are about this mail and its receiver. Before them a refusal is about us: our login, our address, our network. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

/** The reason is a code and never the server's text, which repeats the address. */
export function outcomeOfFailure(failure: SmtpFailure): SmtpOutcome {
  const { code, command, responseCode, permanent } = failure.rejectedErrors?.[0] ?? failure;
  const reason = responseCode === undefined ? (code ?? 'unknown') : `smtp_${responseCode}`;
  const isFinal = permanent === true && ABOUT_THE_MAIL.has(command ?? failure.command ?? '');
  return { end: isFinal ? 'refused' : 'later', reason };
}
