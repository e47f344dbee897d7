import { z } from 'zod';

const ENTRY = /^(read|write|send|user)=(\d{1,7}(?:\.\d{1,3})?)\/(\d{1,8})$/;

/**
 * `send=1000/5000,user=50/200`: requests a second in the long run, and at once, of each API key by the class of the route, and of a user.
 * What is not named keeps its default. `off`: none at all.
 */
export const requestLimits = z
  .string()
  .transform((text, context) => {
    if (text.trim() === 'off') return 'off' as const;
    const limits: Partial<Record<'read' | 'write' | 'send' | 'user', { perSecond: number; burst: number }>> = {};
    for (const entry of text.split(',').map((part) => part.trim())) {
      const [, name, rate, most] = ENTRY.exec(entry) ?? [];
      const [perSecond, burst] = [Number(rate), Number(most)];
      if (name === undefined || perSecond === 0 || burst === 0) {
        context.addIssue(`must be off, or a list such as read=100/200,send=1000/5000; "${entry}" is not part of one`);
        return z.NEVER;
      }
      limits[name as keyof typeof limits] = { perSecond, burst };
    }
    return limits;
  })
  .optional();
