/** Arbitrary but fixed: whoever brings the boards of this database up to date holds it. */
const BOARD_LOCK = 7_201_127;

/** Does not wait; released with the transaction. */
export const TRY_BOARD_LOCK = `SELECT pg_try_advisory_xact_lock(${BOARD_LOCK}) AS mine`;
