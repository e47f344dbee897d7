/** A path of this console, whatever was asked for: nobody is sent elsewhere after signing in. */
export function ownPath(next: string | string[] | undefined): string {
  const base = 'http://console.invalid';
  if (typeof next !== 'string' || !URL.canParse(next, base)) return '/';
  const url = new URL(next, base);
  // A path such as //elsewhere.example would be read as a host when the browser is sent there.
  return url.origin === base && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}` : '/';
}
