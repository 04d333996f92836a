import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLambda, type LambdaPlatform } from '../embedded/protocols/lambda/lambda-fixture.js';
import { emptyFolder } from '../support/programs.js';
import { pythonProgram } from '../support/python-package.js';

// The other client that people use; a program that it brings tells that it was installed.
const boto3 = pythonProgram('jp.py', 'boto3==1.43.11');

const SCRIPT = `
import base64, io, json, sys, time, zipfile
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# Everything by AWS's own variables; each call is made once.
config = Config(retries={"max_attempts": 0, "mode": "standard"})
client = boto3.client("lambda", config=config)
logs = boto3.client("logs", config=config)
told = {}

def zipped(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()

code = zipped({"app.py": '''
def handler(event, context):
    print("hello from", context.function_name)
    if event.get("fail"):
        raise KeyError("boom")
    return {"doubled": event["n"] * 2, "custom": context.client_context.custom if context.client_context else None}
'''})
created = client.create_function(
    FunctionName="from-boto3", Runtime="python3.13", Role="arn:aws:iam::123456789012:role/any", Handler="app.handler",
    Code={"ZipFile": code}, Tags={"by": "boto3"}, Timeout=20)
client.get_waiter("function_active_v2").wait(FunctionName="from-boto3")
told["arn"] = created["FunctionArn"]
context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
answer = client.invoke(FunctionName=created["FunctionArn"], Payload=json.dumps({"n": 21}), LogType="Tail", ClientContext=context)
told["answer"] = json.loads(answer["Payload"].read())
told["status"] = answer["StatusCode"]
told["version"] = answer["ExecutedVersion"]
told["tail"] = base64.b64decode(answer["LogResult"]).decode().splitlines()
request_id = answer["ResponseMetadata"]["RequestId"]
failed = client.invoke(FunctionName="from-boto3", Payload=b'{"fail": true}')
told["failed"] = [failed["FunctionError"], json.loads(failed["Payload"].read())]
told["dry"] = client.invoke(FunctionName="from-boto3", InvocationType="DryRun")["StatusCode"]
told["event"] = client.invoke(FunctionName="from-boto3", InvocationType="Event", Payload=b'{"n": 1}')["StatusCode"]
told["listed"] = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 1}) for f in page["Functions"]]
told["tags"] = client.list_tags(Resource=created["FunctionArn"])["Tags"]
client.put_function_concurrency(FunctionName="from-boto3", ReservedConcurrentExecutions=0)
try:
    client.invoke(FunctionName="from-boto3", Payload=b'{"n": 1}')
except client.exceptions.TooManyRequestsException as error:
    told["throttled"] = [error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Reason"]]
try:
    client.get_function(FunctionName="nobody")
except client.exceptions.ResourceNotFoundException as error:
    told["missing"] = error.response["Error"]["Message"]
thief = boto3.client("lambda", config=config, aws_access_key_id="AKIAAAAAAAAAAAAAAAAA", aws_secret_access_key="x")
try:
    thief.list_functions()
except ClientError as error:
    told["thief"] = error.response["Error"]["Code"]

group = "/aws/lambda/from-boto3"
def reports():
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="REPORT RequestId", PaginationConfig={"PageSize": 1})
    return [event["message"] for page in pages for event in page["events"]]
while len(reports()) < 3:
    pass
told["reports"] = len(reports())
told["found"] = any(request_id in message for message in reports())
told["groups"] = [g["logGroupName"] for page in logs.get_paginator("describe_log_groups").paginate() for g in page["logGroups"]]
streams = [s["logStreamName"] for page in logs.get_paginator("describe_log_streams").paginate(logGroupName=group) for s in page["logStreams"]]
told["streams"] = len(streams)
told["read"] = sum(len(logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)["events"]) for stream in streams)
now = int(time.time())
query = logs.start_query(logGroupName=group, startTime=now - 600, endTime=now + 1, queryString='filter @type = "REPORT" | fields @requestId')["queryId"]
while True:
    results = logs.get_query_results(queryId=query)
    if results["status"] == "Complete":
        break
told["queried"] = len(results["results"])
client.delete_function(FunctionName="from-boto3")
json.dump(told, sys.stdout)
`;

let lambda: LambdaPlatform;
beforeAll(async () => {
  lambda = await startLambda({ lambda: { retry_waits_ms: [] } });
});
afterAll(() => lambda.stop());

describe.skipIf(boto3 === undefined)('boto3', () => {
  test('creates, invokes, lists and deletes functions and reads their logs, by nothing but AWS’s variables', async () => {
    const script = join(emptyFolder(), 'client.py');
    writeFileSync(script, SCRIPT);
    const { endpoint_url: url, region, access_key_id: keyId, secret_access_key: secret } = lambda.lambda;
    const env = {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: keyId,
      AWS_SECRET_ACCESS_KEY: secret,
    };
    const { stdout } = await promisify(execFile)(join(dirname(boto3!), 'python'), [script], { env });
    const told = JSON.parse(stdout) as Record<string, unknown> & { tail: string[] };
    expect(told).toMatchObject({
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:from-boto3',
      status: 200,
      version: '$LATEST',
      answer: { doubled: 42, custom: { k: 'v' } },
      failed: [
        'Unhandled',
        {
          errorType: 'KeyError',
          errorMessage: "'boom'",
          requestId: expect.any(String),
          stackTrace: [expect.any(String)],
        },
      ],
      dry: 204,
      event: 202,
      listed: ['from-boto3'],
      tags: { by: 'boto3' },
      throttled: [429, 'ReservedFunctionConcurrentInvocationLimitExceeded'],
      missing: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
      thief: 'UnrecognizedClientException',
      // What was invoked: once with an answer, once in vain, once as an Event.
      reports: 3,
      queried: 3,
      found: true,
      groups: ['/aws/lambda/from-boto3'],
    });
    expect(told.tail).toContain('hello from from-boto3');
    expect(told.tail.at(-1)).toMatch(/^REPORT RequestId: .*\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t$/);
    // INIT_START of each stream; START, what was printed, END and REPORT of each execution; the error of one.
    expect(told['read']).toBe(Number(told['streams']) + 3 * 4 + 1);
  });
});
