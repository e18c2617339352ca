/**
 * amazon-cognito-identity-js, driven from outside. Whatever may lead to another step of a sign-in answers
 * {"step": name of the callback, …}; a finished one is {"step": "onSuccess", "session": {…}}.
 */
import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';
import { converse } from './conversation.mjs';

let pool;
let user;

/** As a browser's localStorage: what is missing is null, and the client sends that null. */
class Storage {
  #items = new Map();
  setItem(key, value) { this.#items.set(key, `${value}`); }
  getItem(key) { return this.#items.get(key) ?? null; }
  removeItem(key) { this.#items.delete(key); }
  clear() { this.#items.clear(); }
}

function configure({ endpoint, pool: UserPoolId, client: ClientId }) {
  pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint, Storage: new Storage() });
  user = undefined;
}

function become(username) {
  user = new CognitoUser({ Username: username, Pool: pool, Storage: pool.storage });
}

/** For methods that take function (error, value). */
const told = (begin) =>
  new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));

/** For methods that take an object of callbacks. */
const stepped = (begin) =>
  new Promise((resolve, reject) => {
    const step = (name, shown) => (...given) => resolve({ step: name, ...shown(...given) });
    const challenge = (name) => step(name, (challengeName, parameters) => ({ challengeName, parameters }));
    begin({
      onFailure: reject,
      onSuccess: step('onSuccess', (value, confirmationNecessary) =>
        value?.getIdToken ? { session: shownSession(value), confirmationNecessary } : { value }),
      newPasswordRequired: step('newPasswordRequired', (attributes, required) => ({ attributes, required })),
      mfaSetup: challenge('mfaSetup'),
      mfaRequired: challenge('mfaRequired'),
      totpRequired: challenge('totpRequired'),
      selectMFAType: challenge('selectMFAType'),
      customChallenge: step('customChallenge', (parameters) => ({ parameters })),
      associateSecretCode: step('associateSecretCode', (secret) => ({ secret })),
    });
  });

const shownSession = (session) => ({
  idToken: session.getIdToken().getJwtToken(),
  accessToken: session.getAccessToken().getJwtToken(),
  refreshToken: session.getRefreshToken().getToken(),
});

await converse({
  configure,
  signUp: (username, password, attributes) => {
    const listed = Object.entries(attributes).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
    become(username);
    return told((done) => pool.signUp(username, password, listed, null, done)).then(
      ({ userConfirmed, userSub, codeDeliveryDetails }) => ({ userConfirmed, userSub, codeDeliveryDetails }),
    );
  },
  confirmRegistration: (code) => told((done) => user.confirmRegistration(code, false, done)),
  signIn: (Username, Password, flow = 'USER_SRP_AUTH') => {
    become(Username);
    user.setAuthenticationFlowType(flow);
    return stepped((callbacks) => user.authenticateUser(new AuthenticationDetails({ Username, Password }), callbacks));
  },
  beginCustom: (Username) => {
    become(Username);
    user.setAuthenticationFlowType('CUSTOM_AUTH');
    return stepped((callbacks) => user.initiateAuth(new AuthenticationDetails({ Username }), callbacks));
  },
  sendCustomChallengeAnswer: (answer) => stepped((callbacks) => user.sendCustomChallengeAnswer(answer, callbacks)),
  completeNewPasswordChallenge: (password, attributes) =>
    stepped((callbacks) => user.completeNewPasswordChallenge(password, attributes, callbacks)),
  sendMFACode: (code, type) => stepped((callbacks) => user.sendMFACode(code, callbacks, type)),
  sendMFASelectionAnswer: (type) => stepped((callbacks) => user.sendMFASelectionAnswer(type, callbacks)),
  associateSoftwareToken: () => stepped((callbacks) => user.associateSoftwareToken(callbacks)),
  verifySoftwareToken: (code, name) => stepped((callbacks) => user.verifySoftwareToken(code, name, callbacks)),
  setUserMfaPreference: (sms, totp) => told((done) => user.setUserMfaPreference(sms, totp, done)),
  getUserAttributes: () => told((done) => user.getUserAttributes(done)),
  changePassword: (old, fresh) => told((done) => user.changePassword(old, fresh, done)),
  refresh: () => told((done) => user.refreshSession(user.getSignInUserSession().getRefreshToken(), done)).then(shownSession),
  getDevice: () => stepped((callbacks) => user.getDevice(callbacks)),
  listDevices: () => stepped((callbacks) => user.listDevices(10, null, callbacks)),
  setDeviceStatusRemembered: () => stepped((callbacks) => user.setDeviceStatusRemembered(callbacks)),
  forgetDevice: () => stepped((callbacks) => user.forgetDevice(callbacks)),
  globalSignOut: () => stepped((callbacks) => user.globalSignOut(callbacks)),
  signOut: () => told((done) => user.signOut(done)),
});
