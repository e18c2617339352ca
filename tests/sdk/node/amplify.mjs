/** aws-amplify v6, driven from outside: every function of aws-amplify/auth by its own name. */
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { sharedInMemoryStorage } from 'aws-amplify/utils';
import { converse } from './conversation.mjs';

async function configure({ endpoint, pool, client, identityPool }) {
  const identities = identityPool && {
    identityPoolId: identityPool,
    identityPoolEndpoint: endpoint,
    allowGuestAccess: true,
  };
  Amplify.configure({
    Auth: { Cognito: { userPoolId: pool, userPoolClientId: client, userPoolEndpoint: endpoint, ...identities } },
  });
  await sharedInMemoryStorage.clear();
  cognitoUserPoolsTokenProvider.setKeyValueStorage(sharedInMemoryStorage);
}

async function fetchAuthSession(options) {
  const { tokens } = await auth.fetchAuthSession(options);
  return tokens && { accessToken: `${tokens.accessToken}`, idToken: `${tokens.idToken}` };
}

/** Of the same session, who the user is to the identity pool. */
async function fetchCredentials(options) {
  const { identityId, credentials, userSub } = await auth.fetchAuthSession(options);
  return credentials && { identityId, userSub, ...credentials };
}

await converse({ ...auth, autoSignIn: () => auth.autoSignIn(), configure, fetchAuthSession, fetchCredentials });
