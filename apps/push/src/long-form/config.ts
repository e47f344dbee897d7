/** `LONG_FORM=1`: tests that look at a part of what there is look at all of it. For a machine with time. */
export const isLongForm = process.env['LONG_FORM'] === '1';
