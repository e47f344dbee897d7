/**
 * The one script of these pages, written into those that can ask for a passkey; the policy names it by its hash. It asks the
 * service what to ask, asks the browser, and sends what that answers as a form.
 */
export const PASSKEY_SCRIPT = `
(() => {
  const form = document.getElementById('passkey');
  if (!form || !window.PublicKeyCredential) return;
  const failed = form.querySelector('[role=alert]');
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=/g, '');

  const ask = async () => {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.options, { method: 'POST', body, redirect: 'error' });
    if (!answer.ok) throw new Error('refused');
    const options = await answer.json();
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: (options.allowCredentials || []).map((each) => ({ ...each, id: bytes(each.id) })),
    };
    const { id, rawId, type, response, authenticatorAttachment } = await navigator.credentials.get({ publicKey });
    return {
      id,
      rawId: text(rawId),
      type,
      authenticatorAttachment,
      clientExtensionResults: {},
      response: {
        clientDataJSON: text(response.clientDataJSON),
        authenticatorData: text(response.authenticatorData),
        signature: text(response.signature),
        userHandle: text(response.userHandle) || undefined,
      },
    };
  };

  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    failed.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask());
      form.submit();
    } catch {
      failed.hidden = false;
    }
    button.disabled = false;
  });
})();
`;
