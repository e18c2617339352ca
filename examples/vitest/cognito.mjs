// One server for all test files: vitest calls `setup` before them, and what it returns after them.
// The command must be in PATH: pip install cognito-emulator.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export async function setup() {
  // --stop-at-eof: if this process is killed, the server ends with it.
  const server = spawn('cognito-emulator', ['--ephemeral', '--port', '0', '--stop-at-eof'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COGNITO_EMULATOR_'))),
  })
  const ended = once(server, 'exit')
  const line = await Promise.race([
    once(createInterface({ input: server.stdout }), 'line').then(([text]) => text),
    ended.then(([status]) => { throw new Error(`cognito-emulator ended with status ${status}; see above`) }),
  ])
  const url = line.replace('listening on ', '')
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: url,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  return async () => {
    server.stdin.end()
    await ended
  }
}
