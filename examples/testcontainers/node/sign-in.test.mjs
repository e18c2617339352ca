import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  CognitoIdentityProviderClient,
  GetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { GenericContainer, Wait } from 'testcontainers'

const PORT = 26464
const SEED = fileURLToPath(new URL('../seed.yaml', import.meta.url))
let container, cognito

before(async () => {
  container = await new GenericContainer('cognito-emulator')
    .withCommand(['--ephemeral', '--seed', '/seed.yaml'])
    .withCopyFilesToContainer([{ source: SEED, target: '/seed.yaml', mode: 0o644 }])
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp('/health', PORT))
    .start()
  cognito = new CognitoIdentityProviderClient({
    endpoint: `http://${container.getHost()}:${container.getMappedPort(PORT)}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})

after(() => container?.stop())

const signIn = (password) => cognito.send(new InitiateAuthCommand({
  ClientId: '1example23456789',
  AuthFlow: 'USER_PASSWORD_AUTH',
  AuthParameters: { USERNAME: 'ada', PASSWORD: password },
}))

test('a user of the seed signs in', async () => {
  const { AccessToken } = (await signIn('Correct-horse-7')).AuthenticationResult
  assert.equal((await cognito.send(new GetUserCommand({ AccessToken }))).Username, 'ada')
})

test('a wrong password is refused', async () => {
  await assert.rejects(signIn('Wrong-horse-7'), { name: 'NotAuthorizedException' })
})
