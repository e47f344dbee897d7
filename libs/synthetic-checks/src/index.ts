export { CheckBook } from './check-book.js';
export { type CheckEnd, type DueCheck, type Tried, worstOf } from './check-end.js';
export { SyntheticChecks } from './synthetic-checks.js';
