import { describe, expect, it } from '@jest/globals';
import { portsFrom } from '../ports.js';
import { describeServices } from './services.js';

describe('what a service is told', () => {
  const specs = describeServices({
    config: {
      repository: '/clone',
      stateFolder: '/clone/.signalbox',
      portBase: 4_000,
      redisUrl: undefined,
      queuePrefix: undefined,
      pushTransports: undefined,
      logLevel: 'info',
    },
    folder: { path: (...names) => ['/clone/.signalbox', ...names].join('/') },
    ports: portsFrom(4_000),
    secrets: {
      operatorToken: 'sbo_secret',
      operatorPassword: 'password',
      masterKeyFile: '/clone/.signalbox/master.key',
    },
    databaseUrl: 'postgres://localhost/signalbox',
  });
  const whoKnows = (variable: string): string[] =>
    specs.filter(({ env }) => env[variable] !== undefined).map(({ name }) => name);

  it('holds no secret that it does not need', () => {
    expect(whoKnows('MASTER_KEY_FILE')).toEqual(['auth', 'payments', 'push', 'events']);
    expect(whoKnows('OPERATOR_PASSWORD')).toEqual(['console']);
    expect(whoKnows('DATABASE_URL')).toEqual(['auth', 'payments', 'push', 'events', 'console']);
    expect(whoKnows('OPERATOR_TOKEN')).toEqual(['auth', 'payments', 'push', 'events', 'console']);
  });

  it('keeps what code was compiled to in the folder that is closed to others', () => {
    expect(new Set(specs.map(({ env }) => env['NODE_COMPILE_CACHE']))).toEqual(new Set(['/clone/.signalbox/compiled']));
  });

  it('says to whoever takes access tokens whose they are, and under which address it is reached', () => {
    expect(whoKnows('AUTH_ISSUER')).toEqual(['payments', 'push', 'events']);
    const told = ['payments', 'push', 'events'].map((name) => specs.find((spec) => spec.name === name)!.env);
    expect(told.map((env) => env['PUBLIC_URL'])).toEqual(told.map((env) => `http://127.0.0.1:${env['PORT']}`));
    expect(new Set(told.map((env) => env['AUTH_ISSUER']))).toEqual(
      new Set([specs.find(({ name }) => name === 'auth')!.env['ISSUER']]),
    );
  });

  it('names a port of the block to everyone, on loopback', () => {
    expect(specs.map(({ env }) => env['PORT'] ?? env['CONTROL_PORT'])).toEqual([
      '4010',
      '4001',
      '4002',
      '4003',
      '4004',
      '4000',
    ]);
    expect(new Set(specs.map(({ env }) => env['HOST']))).toEqual(new Set(['127.0.0.1']));
    expect(specs.find(({ name }) => name === 'console')?.env).toMatchObject({
      ...{ PUSH_URL: 'http://127.0.0.1:4003', EVENTS_URL: 'http://127.0.0.1:4004' },
    });
  });
});
