import type { TemplateParams } from '@signalbox/contracts';
import type { NotificationContent } from '../providers/push-provider.js';

/** The template that a notification is made of, in one version, and what it is filled in with. */
export interface TemplateContent {
  readonly template: { readonly id: string; readonly version: number; readonly params: TemplateParams };
}

/** What is kept sealed of a notification: the words themselves, or what they are made of for each reader. */
export type StoredContent = NotificationContent | TemplateContent;

export function isTemplate(content: object): content is TemplateContent {
  return 'template' in content;
}
