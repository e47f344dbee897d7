import { z } from 'zod';
import { unchanged } from './shapes.js';

/** The platform, as a connected account sees it. */
const application = z.object({}).transform((): object => ({}));
export type Application = z.output<typeof application>;
export const applicationShapes = unchanged(application);
