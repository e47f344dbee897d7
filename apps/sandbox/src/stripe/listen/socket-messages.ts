import { z } from 'zod';

/** What the CLI sends back; all its other messages are acknowledgements. */
export const webhookResponse = z.object({
  type: z.literal('webhook_response'),
  status: z.number(),
  body: z.string(),
  webhook_conversation_id: z.string().optional(),
  notification_id: z.string().optional(),
});

/** A snapshot event for `stripe listen`. `conversation` comes back with the answer. */
export function webhookEvent(body: string, headers: object, endpointId: string, conversation: string): object {
  return {
    type: 'webhook_event',
    endpoint: { api_version: null },
    event_payload: body,
    http_headers: headers,
    webhook_conversation_id: conversation,
    webhook_id: endpointId,
  };
}

/** A thin event for `stripe listen --thin-events`. Its answer comes back with the event's id. */
export function thinEvent(body: string, headers: object, endpointId: string): object {
  return { type: 'v2_event', payload: body, http_headers: headers, destination_id: endpointId };
}
