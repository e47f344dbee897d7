import { page, redirect, type Reply } from '../api/reply.js';
import { formPostPage } from '../pages/pages.js';

/** Sends a browser back to the client, in the response mode that it asked for. */
export function sentBack(asked: URLSearchParams, told: Readonly<Record<string, string>>): Reply {
  const uri = asked.get('redirect_uri') ?? '';
  const state = asked.get('state');
  const params = { ...(state !== null && { state }), ...told };
  switch (asked.get('response_mode')) {
    case 'form_post':
      return page(200, formPostPage(uri, params));
    case 'fragment':
      return redirect(`${uri.split('#')[0] ?? ''}#${new URLSearchParams(params).toString()}`);
    default: {
      const target = new URL(uri);
      for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
      return redirect(target.href);
    }
  }
}
