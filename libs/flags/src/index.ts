export { FlagBook, type TurnedOn } from './flag-book.js';
export { type FlagDocument, flagsVariable } from './flag-document.js';
export { Flags } from './flags.js';
