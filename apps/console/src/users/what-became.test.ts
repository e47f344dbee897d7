import { describe, expect, it } from '@jest/globals';
import type { NotificationAccepted } from '@signalbox/contracts';
import { type ForUser, whatBecame } from './what-became.js';

const now = Date.parse('2026-11-26T08:00:00Z');
const accepted: NotificationAccepted = {
  root: '01900000-0000-7000-8000-000000000000',
  lane: 'bulk',
  to: { userIds: ['ann', 'bob'] },
  expiresAt: '2026-11-27T08:00:00.000Z',
};
const became = (more: Partial<ForUser>) => whatBecame({ accepted, deliveries: [], decisions: [], ...more }, 'ann', now);
const delivery = (state: string, reason: string | null = null) => ({ state, reason, provider: 'apns' });

describe('what became of a notification for a user', () => {
  it('is the best that happened on any device, and what went wrong on the others', () => {
    expect(became({ deliveries: [delivery('sent'), delivery('opened'), delivery('gone', 'Unregistered')] })).toEqual({
      kind: 'good',
      words: 'opened, 2 devices; gone: Unregistered',
    });
  });

  it('is a wait as long as a device is owed an attempt', () => {
    expect(became({ deliveries: [delivery('retrying', 'TooManyRequests'), delivery('gone')] }).kind).toBe('waits');
  });

  it('is each reason once when no device got it', () => {
    const deliveries = [delivery('refused', 'quiet_hours'), delivery('refused', 'quiet_hours'), delivery('dead')];
    expect(became({ deliveries })).toEqual({ kind: 'bad', words: 'refused: quiet_hours; dead' });
  });

  it('is the want of a phone where routing found none for this user, though it found one for another', () => {
    const routed = (more: object) => [
      { type: 'notification.routed', payload: { deliveries: 1, withoutDevice: ['ann'], ...more } },
    ];
    expect(became({ decisions: routed({}) }).words).toBe('no phone: no_active_device');
    expect(became({ decisions: routed({ onlySuspect: ['ann'] }) }).words).toBe('no phone: only_suspect_devices');
    expect(became({ decisions: routed({ withoutDevice: ['bob'] }) }).words).toBe('not routed yet');
  });

  it('is a time that has not come, a rule that puts it off, or its end before either', () => {
    const of = (more: object) => became({ accepted: { ...accepted, ...more } });
    expect(of({ sendAt: '2026-11-26T09:00:00.000Z' })).toEqual({
      kind: 'waits',
      words: 'asked for 2026-11-26T09:00:00.000Z',
    });
    expect(of({ expiresAt: '2026-11-26T07:00:00.000Z' })).toEqual({
      kind: 'bad',
      words: 'expired before it was routed',
    });
    const decisions = [{ type: 'notification.delayed', payload: { rule: 'quiet hours from 22:00' } }];
    expect(became({ decisions })).toEqual({ kind: 'waits', words: 'put off: quiet hours from 22:00' });
    const cancelled = [...decisions, { type: 'notification.cancelled', payload: {} }];
    expect(became({ decisions: cancelled }).words).toBe('cancelled before it was routed');
  });
});
