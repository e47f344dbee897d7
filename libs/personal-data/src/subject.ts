import { formatId, parseId, type Uuid } from '@signalbox/contracts';

/**
 * What an event about a request is about. An id of ours says nothing about anybody; the app's own may be a mail address, and stays
 * out of the log for good.
 */
export function subjectOf({ requestId, userId }: { readonly requestId: Uuid; readonly userId: string }): {
  readonly subject: string;
  readonly data: { readonly requestId: string; readonly userId?: string };
} {
  const id = formatId('dataRequest', requestId);
  const isOurs = parseId('user', userId) !== undefined;
  return { subject: isOurs ? userId : id, data: { requestId: id, ...(isOurs && { userId }) } };
}
