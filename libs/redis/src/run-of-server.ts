/**
 * Lua that begins a script: `run` is then the id of this run of the server that the keys are on, another after every restart and failover;
 * empty where INFO is forbidden.
 */
export const RUN_OF_SERVER = `
  local info = redis.pcall('INFO', 'server')
  local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''`;
