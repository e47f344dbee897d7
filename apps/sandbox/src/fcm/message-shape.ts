/** The kinds of fields of Google's protocol buffers that a message is made of. */
export type Shape =
  | 'bool'
  | 'double'
  | 'duration'
  | 'int32'
  | 'string'
  | 'struct'
  | 'timestamp'
  | { readonly map: 'string' }
  | { readonly list: Shape }
  | { readonly enumeration: readonly string[] }
  | Message;

export interface Message {
  readonly type: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

const FCM = 'type.googleapis.com/google.firebase.fcm.v1.';
const strings = { list: 'string' } as const;
const texts = { map: 'string' } as const;

const color: Message = {
  type: 'type.googleapis.com/google.type.Color',
  fields: { red: 'double', green: 'double', blue: 'double', alpha: 'double' },
};

const lightSettings: Message = {
  type: `${FCM}LightSettings`,
  fields: { color, light_on_duration: 'duration', light_off_duration: 'duration' },
};

const androidNotification: Message = {
  type: `${FCM}AndroidNotification`,
  fields: {
    title: 'string',
    body: 'string',
    icon: 'string',
    color: 'string',
    sound: 'string',
    tag: 'string',
    click_action: 'string',
    body_loc_key: 'string',
    body_loc_args: strings,
    title_loc_key: 'string',
    title_loc_args: strings,
    channel_id: 'string',
    ticker: 'string',
    sticky: 'bool',
    event_time: 'timestamp',
    local_only: 'bool',
    notification_priority: {
      enumeration: [
        'PRIORITY_UNSPECIFIED',
        'PRIORITY_MIN',
        'PRIORITY_LOW',
        'PRIORITY_DEFAULT',
        'PRIORITY_HIGH',
        'PRIORITY_MAX',
      ],
    },
    default_sound: 'bool',
    default_vibrate_timings: 'bool',
    default_light_settings: 'bool',
    vibrate_timings: { list: 'duration' },
    visibility: { enumeration: ['VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET'] },
    notification_count: 'int32',
    light_settings: lightSettings,
    image: 'string',
    bypass_proxy_notification: 'bool',
    proxy: { enumeration: ['PROXY_UNSPECIFIED', 'ALLOW', 'DENY', 'IF_PRIORITY_LOWERED'] },
  },
};

const android: Message = {
  type: `${FCM}AndroidConfig`,
  fields: {
    collapse_key: 'string',
    priority: { enumeration: ['NORMAL', 'HIGH'] },
    ttl: 'duration',
    restricted_package_name: 'string',
    data: texts,
    notification: androidNotification,
    fcm_options: { type: `${FCM}AndroidFcmOptions`, fields: { analytics_label: 'string' } },
    direct_boot_ok: 'bool',
    bandwidth_constrained_ok: 'bool',
    restricted_satellite_ok: 'bool',
  },
};

const webpush: Message = {
  type: `${FCM}WebpushConfig`,
  fields: {
    headers: texts,
    data: texts,
    notification: 'struct',
    fcm_options: { type: `${FCM}WebpushFcmOptions`, fields: { link: 'string', analytics_label: 'string' } },
  },
};

const apns: Message = {
  type: `${FCM}ApnsConfig`,
  fields: {
    headers: texts,
    payload: 'struct',
    live_activity_token: 'string',
    fcm_options: { type: `${FCM}ApnsFcmOptions`, fields: { analytics_label: 'string', image: 'string' } },
  },
};

const message: Message = {
  type: `${FCM}Message`,
  fields: {
    name: 'string',
    data: texts,
    notification: { type: `${FCM}Notification`, fields: { title: 'string', body: 'string', image: 'string' } },
    android,
    webpush,
    apns,
    fcm_options: { type: `${FCM}FcmOptions`, fields: { analytics_label: 'string' } },
    token: 'string',
    fid: 'string',
    topic: 'string',
    condition: 'string',
  },
};

/**
 * The body of `messages:send`:
 * https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
 */
export const SEND_REQUEST: Message = {
  type: `${FCM}SendMessageRequest`,
  fields: { validate_only: 'bool', message },
};
