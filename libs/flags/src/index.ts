export { FlagBook, type TurnedOn } from './flag-book.js';
export { type FlagDocument, flagsVariable } from './flag-document.js';
export { isOff } from './flag-stance.queries.js';
export { Flags } from './flags.js';
