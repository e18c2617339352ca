/** oauth2-mock-server, driven from outside: it signs johndoe in without a page. */
import { Events, OAuth2Server } from 'oauth2-mock-server';
import { converse } from './conversation.mjs';

const server = new OAuth2Server();
let changes = {};

/** Begin to serve. Answers the issuer. */
async function start() {
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  server.service.on(Events.BeforeTokenSigning, ({ payload }) => Object.assign(payload, changes));
  server.service.on(Events.BeforeResponse, () => (changes = {}));
  server.service.on(Events.BeforeUserinfo, ({ body }) => Object.assign(body, { email: 'john@corp.example' }));
  return server.issuer.url;
}

/** Change the claims of the next tokens. */
function sign(claims) {
  changes = claims;
}

/** Answer the next request of an event, such as `beforeUserinfo`, with this. */
function answer(event, statusCode, body) {
  server.service.once(event, (response) => Object.assign(response, { statusCode, body }));
}

converse({ start, sign, answer });
