/** What ids of ours look like. */
const TYPE_ID = /^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The source that an address names, for the log: a refusal may come before anybody has looked it up, and a stranger writes what they like. */
export function loggedSource(publicId: string): string {
  return TYPE_ID.test(publicId) ? publicId : 'unknown';
}
