import { describe, expect, it } from '@jest/globals';
import { EgressFailed } from '@signalbox/egress';
import { afterAttempt, HEALTHY, isGivenUp, type Health } from './breaker.js';
import { outcomeOfAnswer, outcomeOfError } from './outcome.js';

const start = new Date('2026-11-27T12:00:00Z');
const at = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const failed = outcomeOfError(new EgressFailed('timeout'));
const answered = (status: number, retryAfter?: string) =>
  outcomeOfAnswer({ status, retryAfter, body: Buffer.alloc(0) }, start);
const fail = (health: Health, times: number, now: Date) =>
  Array.from({ length: times }).reduce<Health>((before) => afterAttempt(before, failed, now, () => 0), health);

describe('the breaker of an endpoint', () => {
  it('opens after five failures in a row, and a success in between begins the count anew', () => {
    expect(fail(HEALTHY, 4, start)).toEqual({ failures: 4, openings: 0, openUntil: null, failingSince: start });
    expect(fail(HEALTHY, 5, start)).toEqual({ failures: 5, openings: 1, openUntil: at(30), failingSince: start });
    expect(afterAttempt(fail(HEALTHY, 4, start), answered(200), start)).toEqual(HEALTHY);
  });

  it('is not opened again by attempts that were under way when it opened', () => {
    expect(fail(HEALTHY, 9, start)).toMatchObject({ failures: 9, openings: 1, openUntil: at(30) });
  });

  it('opens for twice as long each time a probe fails, up to a quarter of an hour', () => {
    let health = fail(HEALTHY, 5, start);
    const seconds = Array.from({ length: 7 }, () => {
      const now = health.openUntil!;
      health = fail(health, 1, now);
      return (health.openUntil!.getTime() - now.getTime()) / 1_000;
    });
    expect(seconds).toEqual([60, 120, 240, 480, 900, 900, 900]);
  });

  it('closes with the first success', () => {
    expect(afterAttempt(fail(HEALTHY, 20, start), answered(204), at(31))).toEqual(HEALTHY);
  });

  it('opens at once for as long as an endpoint asks for with 429 or 503, an hour at most, and for no other answer', () => {
    expect(afterAttempt(HEALTHY, answered(429, '60'), start).openUntil).toEqual(at(60));
    expect(afterAttempt(HEALTHY, answered(503, '86400'), start).openUntil).toEqual(at(3_600));
    expect(afterAttempt(HEALTHY, answered(500, '60'), start).openUntil).toBeNull();
  });

  it('is closed again by a probe that fails, as long as there were few failures', () => {
    expect(fail(afterAttempt(HEALTHY, answered(429, '60'), start), 1, at(61)).openUntil).toBeNull();
  });
});

describe('an endpoint', () => {
  const day = 86_400;
  it('is given up after five days of nothing but failures, and not before', () => {
    const failing = fail(HEALTHY, 10, start);
    expect(isGivenUp(failing, at(5 * day - 1))).toBe(false);
    expect(isGivenUp(failing, at(5 * day))).toBe(true);
    expect(isGivenUp(afterAttempt(failing, answered(200), at(4 * day)), at(9 * day))).toBe(false);
  });

  it('is not given up for a failure or two with a quiet week between them', () => {
    expect(isGivenUp(fail(fail(HEALTHY, 1, start), 1, at(7 * day)), at(7 * day))).toBe(false);
  });
});
