/*
 * Preloaded into every child. The channel to the launcher closes when the launcher dies, also by SIGKILL; then the child
 * stops as if it had been told to, so that no orphan holds a port or a job.
 */
const PATIENCE = 10_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), PATIENCE).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Listening must not keep a child alive that has finished stopping.
process.channel?.unref();

export {};
