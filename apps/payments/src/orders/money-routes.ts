/** What the API document says of every call that may move money. */
export const MONEY_HEADERS = {
  'Idempotency-Key': {
    description: 'Stands for this request for 30 days: the same key with the same request is done once.',
    required: true,
  },
} as const;

export const MONEY_PROBLEMS = {
  402: { description: "The customer's bank declined; no money moved" },
  409: { description: 'The order or the payment is not in a state for this, or something else is being done about it' },
  503: { description: 'No gateway could take it; nothing happened' },
  504: { description: 'The gateway did not say whether it happened; it is being asked' },
} as const;
