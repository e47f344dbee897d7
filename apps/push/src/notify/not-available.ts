/** Parts of the API's design that answer `not_available` until they are built: JSON pointer to what it would be. */
export const NOT_AVAILABLE: Readonly<Record<string, string>> = {
  '/to/topic': 'topics',
  '/to/segment': 'segments',
};
