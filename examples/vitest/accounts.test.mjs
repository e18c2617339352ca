import {
  AdminConfirmSignUpCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterEach, beforeEach, expect, test } from 'vitest'

const PASSWORD = 'Correct-horse-7'
const cognito = new CognitoIdentityProviderClient()
const emulator = process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER
let pool, client

// A pool for each test, so that test files may run beside each other. A reset would delete what the others use.
beforeEach(async () => {
  const made = await cognito.send(new CreateUserPoolCommand({ PoolName: 'test', AutoVerifiedAttributes: ['email'] }))
  pool = made.UserPool.Id
  const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']
  const app = new CreateUserPoolClientCommand({ UserPoolId: pool, ClientName: 'test', ExplicitAuthFlows: flows })
  client = (await cognito.send(app)).UserPoolClient.ClientId
  await cognito.send(new SignUpCommand({
    ClientId: client,
    Username: 'ada',
    Password: PASSWORD,
    UserAttributes: [{ Name: 'email', Value: 'ada@example.com' }],
  }))
})

afterEach(() => cognito.send(new DeleteUserPoolCommand({ UserPoolId: pool })))

const signIn = (password) => cognito.send(new InitiateAuthCommand({
  ClientId: client,
  AuthFlow: 'USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME: 'ada', PASSWORD: password },
}))

test('the code that Cognito mails confirms the account', async () => {
  const { messages } = await (await fetch(`${emulator}/_emulator/messages?pool=${pool}`)).json()
  const code = messages.at(-1).code
  await cognito.send(new ConfirmSignUpCommand({ ClientId: client, Username: 'ada', ConfirmationCode: code }))
  expect((await signIn(PASSWORD)).AuthenticationResult.IdToken).toBeTruthy()
})

test('a wrong password is refused as on AWS', async () => {
  await cognito.send(new AdminConfirmSignUpCommand({ UserPoolId: pool, Username: 'ada' }))
  await expect(signIn('Wrong-horse-7')).rejects.toMatchObject({
    name: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  })
})
