// What a shop does at each trigger.
"use strict";

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
