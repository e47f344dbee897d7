/**
 * The push services of the browsers that people use. Any https URL may be registered, so what one says of its own device is
 * believed, but only these may say something of a credential, and only these are taken to be out of order, rather than never to have
 * existed, when they cannot be reached.
 */
const KNOWN = [
  /^fcm\.googleapis\.com$/, // Chrome and its kin
  /\.push\.services\.mozilla\.com$/, // Firefox
  /(^|\.)push\.apple\.com$/, // Safari
  /\.notify\.windows\.com$/, // Edge
];

/** @param endpoint of a test app's credential: its sandbox counts as one. At another port than that of https none of them is. */
export function isKnownService({ origin, port, hostname }: URL, endpoint: string | undefined): boolean {
  return origin === endpoint || (port === '' && KNOWN.some((pattern) => pattern.test(hostname)));
}
