/** openid-client, driven from outside: it discovers a provider, sends a browser there, and takes what comes back. */
import * as client from 'openid-client';
import { converse } from './conversation.mjs';

let config;
let checks;

/** Discover an issuer. `method` is ClientSecretPost or ClientSecretBasic. */
async function discover(issuer, id, secret, method) {
  const how = client[method](secret);
  config = await client.discovery(new URL(issuer), id, secret, how, { execute: [client.allowInsecureRequests] });
  return config.serverMetadata().issuer;
}

/** The URL to which the browser goes, with state, nonce and PKCE. */
async function begin(redirect_uri, parameters) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  return client.buildAuthorizationUrl(config, {
    redirect_uri,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    ...parameters,
  }).href;
}

/** The claims of the ID token and of the userinfo endpoint, for the URL to which the browser came back. */
async function finish(url) {
  const tokens = await client.authorizationCodeGrant(config, new URL(url), { ...checks, idTokenExpected: true });
  const claims = tokens.claims();
  return { claims, info: await client.fetchUserInfo(config, tokens.access_token, claims.sub) };
}

converse({ discover, begin, finish });
