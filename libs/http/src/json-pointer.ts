import { maskCardNumbers } from '@signalbox/card-number';

/** A member name longer than this is shortened in pointers, so that an error cannot be made as big as its request. */
const SHOWN_NAME = 64;

/**
 * A JSON pointer (RFC 6901) from a path. Text that no client could print back (NUL, lone surrogates) is shown as U+FFFD, a card number
 * among the names not at all.
 */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((segment) => `/${escape(String(segment))}`).join('');
}

function escape(unmasked: string): string {
  const name = maskCardNumbers(unmasked);
  const shown = name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}…` : name;
  return shown.toWellFormed().replaceAll('\u0000', '\ufffd').replaceAll('~', '~0').replaceAll('/', '~1');
}
