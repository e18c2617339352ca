/**
 * @aws-sdk/credential-providers, driven from outside. Nothing here names an address: the SDK finds each service by
 * AWS_ENDPOINT_URL_COGNITO_IDENTITY, AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL_S3.
 */
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromCognitoIdentityPool, fromWebToken } from '@aws-sdk/credential-providers';
import { converse } from './conversation.mjs';

const region = 'us-east-1';
const clientConfig = { region };
let credentials;

/** Keep a provider of credentials for the calls that follow; answers what it provides. */
async function provided(provider) {
  credentials = provider;
  const { accessKeyId, sessionToken, expiration, identityId } = await provider();
  return { accessKeyId, sessionToken, identityId, seconds: (expiration - Date.now()) / 1000 };
}

const s3 = () => new S3Client({ region, credentials, forcePathStyle: true });

await converse({
  fromCognitoIdentityPool: (given) => provided(fromCognitoIdentityPool({ ...given, clientConfig })),
  fromWebToken: (given) => provided(fromWebToken({ ...given, clientConfig })),
  caller: async () => (await new STSClient({ region, credentials }).send(new GetCallerIdentityCommand())).Arn,
  put: async (Bucket, Key, Body) => { await s3().send(new PutObjectCommand({ Bucket, Key, Body })); },
  get: async (Bucket, Key) => (await s3().send(new GetObjectCommand({ Bucket, Key }))).Body.transformToString(),
});
