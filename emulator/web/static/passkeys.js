// Makes or uses a passkey (WebAuthn), and sends what the authenticator answers with the form.
"use strict";
(() => {
  const form = document.getElementById("passkey");
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (credential) => ({ ...credential, id: bytes(credential.id) });

  async function created(options) {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map(named),
    };
    const made = await navigator.credentials.create({ publicKey });
    const { clientDataJSON, attestationObject } = made.response;
    return answer(made, {
      clientDataJSON: text(clientDataJSON),
      attestationObject: text(attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    });
  }

  async function used(options) {
    const publicKey = {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: options.allowCredentials.map(named),
    };
    const found = await navigator.credentials.get({ publicKey });
    const { clientDataJSON, authenticatorData, signature, userHandle } = found.response;
    return answer(found, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      ...(userHandle ? { userHandle: text(userHandle) } : {}),
    });
  }

  const answer = (credential, response) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = document.getElementById("failed");
    failed.hidden = true;
    try {
      const options = JSON.parse(form.dataset.options);
      const credential = await (form.dataset.ceremony === "create" ? created(options) : used(options));
      form.elements.credential.value = JSON.stringify(credential);
    } catch {
      failed.hidden = false;
      return;
    }
    form.submit();
  });
})();
