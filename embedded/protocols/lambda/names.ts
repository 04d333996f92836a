import { AwsFault } from '../aws/fault.js';

/** The one account of this platform. */
export const ACCOUNT_ID = '000000000000';

/** The one version that functions have here. */
export const LATEST = '$LATEST';

const PATTERN =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';
const NAME = new RegExp(`^${PATTERN}$`);

/** Which function, and which version or alias of it. */
export interface FunctionReference {
  name: string;
  /** as it was asked for; null = none */
  qualifier: string | null;
}

/**
 * The function that a path names: `name`, `name:qualifier`, `account:function:name`, or an ARN, each with or without a
 * qualifier.
 * @throws AwsFault 400
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function referenceOf(text: string, query: string | null = null): FunctionReference {
  const matched = NAME.exec(text);
  if (matched === null || matched[7]!.length > 64) {
    throw new AwsFault(
      'ValidationException',
      400,
      `1 validation error detected: Value '${text}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PATTERN}`,
    );
  }
  const inName = matched[9] ?? null;
  if (inName !== null && query !== null && inName !== query) {
    throw new AwsFault(
      'InvalidParameterValueException',
      400,
      'The derived qualifier from the function name does not match the specified qualifier.',
      { Type: 'User' },
    );
  }
  return { name: matched[7]!, qualifier: query ?? inName };
}

export function functionArn(region: string, name: string): string {
  return `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${name}`;
}

/** @throws AwsFault 404 */
export function notFound(region: string, { name, qualifier }: FunctionReference): AwsFault {
  const arn = functionArn(region, name) + (qualifier === null ? '' : `:${qualifier}`);
  return new AwsFault('ResourceNotFoundException', 404, `Function not found: ${arn}`, { Type: 'User' });
}

export function invalidParameter(message: string): AwsFault {
  return new AwsFault('InvalidParameterValueException', 400, message, { Type: 'User' });
}
