import { type Html, html } from '@signalbox/html';
import { TOKEN_FIELD } from '../forms/form-tokens.js';
import { KEY_MARK } from '../login/provider-marks.js';
import { pathOf } from '../paths.js';

/** Asks for a passkey. Hidden until the script finds that this browser has such a thing: without one it would do nothing. */
export function passkeyForm(view: {
  readonly uid: string;
  readonly token: string;
  readonly label: string;
  /** What is said when the visitor turned the browser's dialogue down. */
  readonly failed: string;
}): Html {
  const { uid, token, label, failed } = view;
  return html`<form
    id="passkey"
    method="post"
    action="${pathOf(uid, 'passkey')}"
    data-options="${pathOf(uid, 'passkey/options')}"
    hidden
  >
    <input type="hidden" name="${TOKEN_FIELD}" value="${token}" />
    <input type="hidden" name="credential" />
    <div class="box bad" role="alert" hidden>${failed}</div>
    <button class="button">${KEY_MARK}<span>${label}</span></button>
  </form>`;
}
