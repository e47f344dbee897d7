export { watchInvariant, type Invariant } from './watch-invariant.js';
