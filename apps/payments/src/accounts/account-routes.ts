/** What the API document says of every call that a gateway keeps customers for. */
export const ACCOUNT_PROBLEMS = {
  409: { description: 'The app has no gateway that does this, or the gateway does not do it as things stand' },
  503: { description: 'The gateway did not answer; nothing happened' },
  504: { description: 'The gateway did not say whether it happened: send the same request again' },
} as const;
