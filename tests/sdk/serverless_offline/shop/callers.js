// Functions that call the user pool back, by the AWS SDK.
"use strict";

const {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} = require("@aws-sdk/client-cognito-identity-provider");
const recorded = require("./recorded");

// Asks who is there: a guest needs a host, and an address has one account.
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

module.exports = recorded({ oneAccountEach, bringsAFriend });
