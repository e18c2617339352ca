// What a shop does at each trigger.
"use strict";

const {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} = require("@aws-sdk/client-cognito-identity-provider");
const recorded = require("./recorded");

const unchanged = async (event) => event;
const calledBack = (event, _context, callback) => callback(null, event);

// Who has a golden ticket needs no code.
async function preSignUp(event) {
  if (event.request.validationData?.ticket === "gold") {
    Object.assign(event.response, { autoConfirmUser: true, autoVerifyEmail: true });
  }
  return event;
}

// Asks the user pool, as the AWS SDK does, who is there: a guest needs a host, and an address has one account.
async function oneAccountEach(event) {
  const { endpoint, host } = event.request.clientMetadata;
  const cognito = new CognitoIdentityProviderClient({ endpoint, region: event.region });
  const UserPoolId = event.userPoolId;
  const found = await cognito.send(new AdminGetUserCommand({ UserPoolId, Username: host }));
  const Filter = `email = "${event.request.userAttributes.email}"`;
  const { Users } = await cognito.send(new ListUsersCommand({ UserPoolId, Filter }));
  if (Users.length) {
    throw new Error(`${found.Username} knows ${Users[0].Username}`);
  }
  return event;
}

// Who is confirmed brings somebody along, of whom the functions are told in their turn.
async function bringsAFriend(event) {
  const { endpoint, friend } = event.request.clientMetadata;
  const cognito = new CognitoIdentityProviderClient({ endpoint, region: event.region });
  await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: event.userPoolId,
      Username: friend,
      MessageAction: "SUPPRESS",
      ValidationData: [{ Name: "ticket", Value: "gold" }],
      ClientMetadata: { broughtBy: event.userName },
    }),
  );
  return event;
}

async function customMessage(event) {
  const { codeParameter, usernameParameter } = event.request;
  const words = usernameParameter ? `${usernameParameter}, your password: ${codeParameter}` : `Code: ${codeParameter}`;
  const shop = event.request.clientMetadata?.shop ?? "all";
  Object.assign(event.response, { smsMessage: words, emailMessage: words, emailSubject: `Shop ${shop}` });
  return event;
}

// One right answer, out of two.
async function defineAuthChallenge(event) {
  const { session, userNotFound } = event.request;
  const issueTokens = session.at(-1)?.challengeResult === true && !userNotFound;
  const failAuthentication = !issueTokens && session.length >= 2;
  event.response = { challengeName: "CUSTOM_CHALLENGE", issueTokens, failAuthentication };
  return event;
}

async function createAuthChallenge(event) {
  const round = event.request.session.length + 1;
  event.response.publicChallengeParameters = { question: `How much is ${round} + 1?` };
  event.response.privateChallengeParameters = { answer: `${round + 1}` };
  event.response.challengeMetadata = `SUM-${round}`;
  return event;
}

async function verifyAuthChallengeResponse(event) {
  const { challengeAnswer, privateChallengeParameters } = event.request;
  event.response.answerCorrect = challengeAnswer === privateChallengeParameters.answer;
  return event;
}

async function preTokenGeneration(event) {
  const claims = { claimsToAddOrOverride: { shop: "7" }, claimsToSuppress: ["email_verified"] };
  if (event.version === "1") {
    event.response.claimsOverrideDetails = claims;
  } else {
    const accessTokenGeneration = { ...claims, scopesToAdd: ["shop/buy"] };
    event.response.claimsAndScopeOverrideDetails = { idTokenGeneration: claims, accessTokenGeneration };
  }
  return event;
}

// The shop's old customers: Mia alone.
async function userMigration(event) {
  const { password } = event.request;
  if (event.userName !== "mia" || (password !== null && password !== "Old-Horse-1")) {
    return event;
  }
  event.response.userAttributes = { email: "mia@example.com", email_verified: "true" };
  event.response.finalUserStatus = password === null ? "RESET_REQUIRED" : "CONFIRMED";
  event.response.messageAction = "SUPPRESS";
  return event;
}

module.exports = recorded({
  preSignUp,
  oneAccountEach,
  bringsAFriend,
  postConfirmation: calledBack,
  preAuthentication: unchanged,
  postAuthentication: unchanged,
  customMessage,
  defineAuthChallenge,
  createAuthChallenge,
  verifyAuthChallengeResponse,
  preTokenGeneration,
  userMigration,
});
