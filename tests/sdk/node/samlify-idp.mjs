/** samlify as an identity provider, driven from outside: it reads the messages of a service provider, and answers them. */
import { randomUUID } from 'node:crypto';
import samlify from 'samlify';
import { converse } from './conversation.mjs';

const { Constants, IdentityProvider, SamlLib, ServiceProvider } = samlify;
const { post, redirect } = Constants.namespace.binding;
const BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
const STATEMENT = '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{SessionIndex}"/>';
samlify.setSchemaValidator({ validate: async () => 'there is no schema here' });

let names;
let idp;
let sp;

/** Begin, with a key, the names of attributes, and settings. Answers the metadata. */
function start(entityID, privateKey, signingCert, attributes, settings) {
  const template = SamlLib.defaultLoginResponseTemplate.context.replace('{AuthnStatement}', STATEMENT);
  names = attributes;
  idp = IdentityProvider({
    entityID,
    privateKey,
    signingCert,
    nameIDFormat: ['urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
    singleSignOnService: [{ Binding: redirect, Location: `${entityID}/sso` }],
    singleLogoutService: [redirect, post].map((Binding) => ({ Binding, Location: `${entityID}/slo` })),
    generateID: () => `_${randomUUID()}`,
    wantLogoutRequestSigned: true,
    loginResponseTemplate: { context: template, attributes: names.map(attribute) },
    ...settings,
  });
  return idp.getMetadata();
}

function attribute(name, number) {
  return { name, valueTag: `claim${number}`, nameFormat: BASIC, valueXsiType: 'xs:string' };
}

/** Know a service provider by its metadata. */
function meet(metadata, settings) {
  sp = ServiceProvider({ metadata, wantLogoutRequestSigned: true, wantLogoutResponseSigned: true, ...settings });
}

/** Sign somebody in who came with an AuthnRequest; without a URL, nobody has asked. */
async function signIn(url, user, options) {
  const asked = url ? await idp.parseLoginRequest(sp, 'redirect', query(url)) : null;
  const filled = (template) => fill(template, user, asked);
  const answer = await idp.createLoginResponse(sp, asked, 'post', user, { customTagReplacement: filled, ...options });
  return { SAMLResponse: answer.context, to: answer.entityEndpoint };
}

function fill(template, user, asked) {
  const now = new Date();
  const later = new Date(now.getTime() + 300_000).toISOString();
  const acs = sp.entityMeta.getAssertionConsumerService('post');
  const tags = {
    ID: idp.entitySetting.generateID(),
    AssertionID: idp.entitySetting.generateID(),
    Destination: acs,
    SubjectRecipient: acs,
    Audience: sp.entityMeta.getEntityID(),
    Issuer: idp.entityMeta.getEntityID(),
    IssueInstant: now.toISOString(),
    StatusCode: Constants.StatusCode.Success,
    ConditionsNotBefore: now.toISOString(),
    ConditionsNotOnOrAfter: later,
    SubjectConfirmationDataNotOnOrAfter: later,
    NameIDFormat: idp.entitySetting.nameIDFormat[0],
    NameID: user.id,
    SessionIndex: user.sessionIndex,
    InResponseTo: asked?.extract.request.id ?? '',
    ...Object.fromEntries(names.map((name, number) => [`attrClaim${number}`, user.claims[name]])),
  };
  return { id: tags.ID, context: SamlLib.replaceTagsByValue(template, tags) };
}

/** A LogoutRequest, to be posted to the service provider. */
function signOut(user) {
  const asked = idp.createLogoutRequest(sp, 'post', { logoutNameID: user.id, sessionIndex: user.sessionIndex });
  return { SAMLRequest: asked.context, to: asked.entityEndpoint };
}

/** Answer the LogoutRequest of the service provider, after its signature was verified. */
async function signedOut(url) {
  const asked = await idp.parseLogoutRequest(sp, 'redirect', query(url));
  const answer = idp.createLogoutResponse(sp, asked, 'post');
  return { SAMLResponse: answer.context, to: answer.entityEndpoint, nameID: asked.extract.nameID };
}

/** Read a LogoutResponse of the service provider, and verify its signature. Answers to which request it is. */
async function wasSignedOut(url) {
  const answer = await idp.parseLogoutResponse(sp, 'redirect', query(url));
  return answer.extract.response.inResponseTo;
}

/** A message by the redirect binding, and the octets that its signature covers. */
function query(url) {
  const { search, searchParams } = new URL(url);
  const octetString = search.slice(1).split('&Signature=')[0];
  return { query: Object.fromEntries(searchParams), octetString };
}

converse({ start, meet, signIn, signOut, signedOut, wasSignedOut });
