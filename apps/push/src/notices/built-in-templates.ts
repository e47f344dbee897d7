import type { TemplateDocument } from '@signalbox/contracts';
import { PAYMENT_NOTICES } from '../payment-notices/notice-kinds.js';
import { SIGN_IN_NOTICES } from '../sign-in-notices/sign-in-notices.js';

/** What Signalbox says by itself, by the names under which an app may have words of its own. */
export const BUILT_IN_TEMPLATES: ReadonlyMap<string, TemplateDocument> = new Map(
  [PAYMENT_NOTICES, SIGN_IN_NOTICES].flatMap(({ kinds }) =>
    Object.values(kinds).map(({ builtIn: { name, template } }) => [name, template.document] as const),
  ),
);
