/** Durations of attempts are counted up to each of these, and beyond the last: on `/metrics`, and in the table `push_figure`. Seconds. */
export const LATENCY_BOUNDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
