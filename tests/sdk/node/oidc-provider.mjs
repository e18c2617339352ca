/** oidc-provider (panva), driven from outside: a provider with its own pages, at which any name and password signs in. */
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { converse } from './conversation.mjs';

const ALGORITHMS = ['RS256', 'PS512', 'ES384'];

/** Begin to serve. `clients` are its clients, as it wants them. Answers the issuer. */
async function start(clients) {
  const keys = await Promise.all(ALGORITHMS.map(key));
  const server = createServer((request, response) => serve(request, response));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys },
    cookies: { keys: ['any'] },
    pkce: { required: () => false },
    claims: { email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, accountId) => ({ accountId, claims: () => claims(accountId) }),
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
  });
  const serve = provider.callback();
  return issuer;
}

function claims(sub) {
  return { sub, name: `${sub} of Corp`, email: `${sub}@corp.example`, email_verified: true };
}

async function key(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg };
}

converse({ start });
