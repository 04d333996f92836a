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
  /** null = this one */
  region: string | null;
  /** null = this one */
  account: string | null;
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
  // Each ends in its colon.
  const [region, account] = [matched[3]?.slice(0, -1) ?? null, matched[5]?.slice(0, -1) ?? null];
  return { name: matched[7]!, qualifier: query ?? inName, region, account };
}

/**
 * A function of another Region is not there; one of another account may be, but is nobody's here who might allow it.
 * @param action what is asked of it, as policies name it: `InvokeFunction`
 * @throws AwsFault 404, 403
 */
export function checkPlace(here: string, action: string, { name, region, account }: FunctionReference): void {
  if (region !== null && region !== here) {
    const said = `Functions from '${region}' are not reachable in this region ('${here}')`;
    throw new AwsFault('ResourceNotFoundException', 404, said, { Type: 'User' });
  }
  if (account === null || account === ACCOUNT_ID) return;
  throw new AwsFault(
    'AccessDeniedException',
    403,
    `User: arn:aws:iam::${ACCOUNT_ID}:user/faaslab is not authorized to perform: lambda:${action} on resource: ` +
      `arn:aws:lambda:${here}:${account}:function:${name} because no resource-based policy allows the lambda:${action} action`,
  );
}

export function functionArn(region: string, name: string): string {
  return `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${name}`;
}

/** @throws AwsFault 404 */
export function notFound(region: string, { name, qualifier }: Pick<FunctionReference, 'name' | 'qualifier'>): AwsFault {
  const arn = functionArn(region, name) + (qualifier === null ? '' : `:${qualifier}`);
  return new AwsFault('ResourceNotFoundException', 404, `Function not found: ${arn}`, { Type: 'User' });
}

export function invalidParameter(message: string): AwsFault {
  return new AwsFault('InvalidParameterValueException', 400, message, { Type: 'User' });
}
