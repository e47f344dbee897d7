import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES } from '@signalbox/contracts';
import { asyncApi } from './source/asyncapi.ts';
import { breakingEventChanges } from './source/breaking-changes.ts';
import { eventCatalogue, type EventCatalogue } from './source/event-catalogue.ts';
import { ASYNCAPI, catalogueFile, readJson, textOf } from './source/files.ts';
import { findings } from './source/lint.ts';

const stale = 'npm run contracts writes it anew';

describe('the catalogue of events', () => {
  it(`has every event as the log takes it (${stale})`, () => {
    const catalogue = readJson<EventCatalogue>(catalogueFile());
    expect(Object.keys(catalogue.definitions)).toEqual(Object.keys(EVENT_TYPES).toSorted());
    expect(readFileSync(catalogueFile(), 'utf8')).toBe(textOf(eventCatalogue()));
  });

  it(`is what the AsyncAPI document tells (${stale})`, async () => {
    expect(readFileSync(ASYNCAPI, 'utf8')).toBe(textOf(asyncApi(eventCatalogue())));
    expect(await findings(ASYNCAPI)).toEqual([]);
  });

  it('breaks nothing of what was released', () => {
    const released = readJson<EventCatalogue>(catalogueFile('released'));
    expect(breakingEventChanges(released, eventCatalogue())).toEqual([]);
  }, 60_000);
});

describe('what changes in an event', () => {
  const fact = (data: object) => ({
    definitions: {
      'parcel.taken': { type: 'object', required: ['data'], properties: { data: { type: 'object', ...data } } },
    },
  });
  const before = fact({ properties: { id: { type: 'string' }, by: { type: 'string' } }, required: ['id'] });
  const text = { type: 'string' };

  it.each([
    ['a field is gone', fact({ properties: { id: text }, required: ['id'] })],
    [
      'it has a new field that old events have not',
      fact({ properties: { id: text, by: text, at: text }, required: ['id', 'at'] }),
    ],
    ['a field is of another type', fact({ properties: { id: text, by: { type: 'integer' } }, required: ['id'] })],
    ['it is gone', { definitions: {} }],
  ])('breaks readers when %s', (_what, after) => {
    expect(breakingEventChanges(before, after).length).toBeGreaterThan(0);
  });

  it('harms nobody when it has another field, or there is another event', () => {
    const after = fact({ properties: { id: text, by: text, at: text }, required: ['id'] });
    expect(
      breakingEventChanges(before, { definitions: { ...after.definitions, 'parcel.lost': { type: 'object' } } }),
    ).toEqual([]);
  });
});
