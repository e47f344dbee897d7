export { FlagBook, type TurnedOn } from './flag-book.js';
export { type FlagDocument, flagsVariable } from './flag-document.js';
export { FLAG_KEYS, type FlagKey, FLAG_SOURCES } from './flag-keys.js';
export { isOff } from './flag-stance.queries.js';
export { Flags } from './flags.js';
