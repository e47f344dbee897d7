import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { FLAG_KEYS } from './flag-keys.js';
import { parseFlags } from './flag-document.js';

const uuid = newUuid();
const app = formatId('app', uuid);

describe('a document of flags', () => {
  it('turns a flag off for all apps, for one, or for all but one', () => {
    const text = JSON.stringify({
      'push.apns': false,
      'push.fcm': { apps: { [app]: { on: false, reason: 'recall 4711' } } },
      'push.webpush': { on: false, reason: 'keys leaked', apps: { [app]: true } },
    });
    expect([...parseFlags(text)]).toEqual([
      ['push.apns', { isOn: false, apps: new Map() }],
      ['push.fcm', { isOn: true, apps: new Map([[uuid, { isOn: false, reason: 'recall 4711' }]]) }],
      ['push.webpush', { isOn: false, reason: 'keys leaked', apps: new Map([[uuid, { isOn: true }]]) }],
    ]);
  });

  it.each([
    ['what is no JSON', '{"push.apns": fals}', 'it is not JSON'],
    ['what is no object', '[]', 'the whole'],
    [
      'a flag that there is not',
      '{"push.apn": false}',
      `push.apn: there is no such flag; there are ${FLAG_KEYS.join(', ')}`,
    ],
    ['a value that is none', '{"push.apns": "off"}', 'push.apns: must be true, false, or'],
    ['a switch that is none', '{"push.fcm": {"on": "no"}}', 'push.fcm.on'],
    ['a field that there is not', '{"push.fcm": {"of": false}}', 'push.fcm: Unrecognized key: "of"'],
    ['an app that is none', '{"push.fcm": {"apps": {"shop": false}}}', 'push.fcm.apps.shop: is no id of an app, app_'],
    ['what is wrong of one app', `{"push.fcm": {"apps": {"${app}": 1}}}`, `push.fcm.apps.${app}: must be true, false`],
  ])('is refused for %s, by its place', (_what, text, message) => {
    expect(() => parseFlags(text)).toThrow(message);
  });
});
