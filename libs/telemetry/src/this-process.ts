import { hostname } from 'node:os';

/** By which people tell processes apart. */
export const THIS_PROCESS = `${hostname()}:${process.pid}`;
