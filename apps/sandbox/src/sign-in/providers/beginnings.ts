import { createHash } from 'node:crypto';
import { demoPeople } from '../people/person.js';
import { APPLE } from './apple.js';
import { GOOGLE } from './google.js';
import { OPENID } from './openid.js';
import type { Beginning } from './provider.js';

const NUMBER = '100000000000';

export const GOOGLE_BEGINNING: Beginning = {
  name: 'google',
  path: '/google',
  dialect: GOOGLE,
  people: demoPeople((number) => `11000000000000000000${number}`),
  clients: [
    {
      kind: 'web',
      clientId: `${NUMBER}-web.apps.googleusercontent.com`,
      clientSecret: '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',
    },
    { kind: 'native', clientId: `${NUMBER}-android.apps.googleusercontent.com` },
    { kind: 'native', clientId: `${NUMBER}-ios.apps.googleusercontent.com` },
  ],
};

/** `teamId`: of the demo key that signs for both clients. */
export function appleBeginning(teamId: string): Beginning {
  return {
    name: 'apple',
    path: '/apple',
    dialect: APPLE,
    people: demoPeople((number) => {
      const letters = createHash('sha256').update(`person ${number}`).digest('hex').slice(0, 32);
      return `00000${number}.${letters}.0001`;
    }),
    clients: [
      { kind: 'services', clientId: 'dev.signalbox.demo.web', teamId },
      { kind: 'bundle', clientId: 'dev.signalbox.demo', teamId },
    ],
  };
}

/** Any provider that keeps to the standard. */
export function openidBeginning(name: string): Beginning {
  return {
    name,
    path: `/oidc/${name}`,
    dialect: OPENID,
    people: demoPeople((number) => `${name}-person-${number}`),
    clients: [{ kind: 'web', clientId: `signalbox-at-${name}`, clientSecret: `sandbox_secret_at_${name}` }],
  };
}
