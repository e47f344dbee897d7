import { invalid } from '../wire/refused.js';

/** Unlike Stripe's live mode the sandbox takes plain HTTP, and addresses of this machine. @throws Refused */
export function webhookUrl(url: string | undefined, param: string): string {
  if (url !== undefined && /^https?:\/\/./.test(url) && URL.canParse(url)) return url;
  throw invalid('Invalid URL: an absolute http or https URL', param, 'url_invalid');
}
