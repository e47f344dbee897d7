import { z } from 'zod';
import { pageOf } from '@signalbox/http';

export const newApp = z.strictObject({
  name: z.string().trim().min(1).max(100),
  mode: z.enum(['live', 'test']).meta({ description: 'test apps may point their credentials at a sandbox' }),
});
export type NewApp = z.output<typeof newApp>;

export const appView = z.object({
  id: z.string(),
  name: z.string(),
  mode: z.enum(['live', 'test']),
  createdAt: z.iso.datetime(),
});
export type AppView = z.output<typeof appView>;

export const appPage = pageOf(appView);
export const appParams = z.strictObject({ id: z.string() });
