import { expect, test } from 'vitest';
import { logGroupOf } from '../../../platforms/lambda/log-group.js';

test.each([
  'hello',
  'hello:live',
  'hello:7',
  '123456789012:function:hello',
  '123456789012:function:hello:live',
  'arn:aws:lambda:eu-central-1:123456789012:function:hello',
  'arn:aws-cn:lambda:cn-north-1:123456789012:function:hello:$LATEST',
])('%s writes into the log group of its name', (application) => {
  expect(logGroupOf(application)).toBe('/aws/lambda/hello');
});

test('a function may be called function', () => {
  expect(logGroupOf('function')).toBe('/aws/lambda/function');
  expect(logGroupOf('function:live')).toBe('/aws/lambda/function');
  expect(logGroupOf('arn:aws:lambda:eu-central-1:123456789012:function:function')).toBe('/aws/lambda/function');
});
