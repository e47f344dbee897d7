/**
 * Options of Node for every service. Without them V8 lets garbage lie for as long as the machine has memory: a process that needs
 * 60 MB grew to 500 within a minute of a broadcast (docs/adr/0028-lanes-apart.md). Megabytes.
 */
export const HEAP_BOUNDS = ['--max-old-space-size=192', '--max-semi-space-size=8'] as const;
