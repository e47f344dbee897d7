export { Http2Channel } from './http2-channel.js';
export type { ChannelOptions } from './channel-options.js';
export { channelFigures, type ChannelFigures } from './channel-figures.js';
export type { Answered, ChannelAnswer, ChannelRequest, RequestLimits, Unanswered } from './channel-answer.js';
