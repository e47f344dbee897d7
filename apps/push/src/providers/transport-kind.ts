/** Whose code speaks to the providers: `own`, over libs/http2-channel, or the `sdk` of each of them. */
export const TRANSPORT_KINDS = ['own', 'sdk'] as const;
export type TransportKind = (typeof TRANSPORT_KINDS)[number];
