/**
 * The function that an application names: `name`, `name:qualifier`, `account:function:name`, or an ARN, each with or
 * without a qualifier.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html (FunctionName)
 */
export function functionNameOf(application: string): string {
  const parts = application.split(':');
  const marker = parts.indexOf('function');
  return (marker > 0 && marker + 1 < parts.length ? parts[marker + 1] : parts[0])!;
}

/** Where Lambda writes the log of a function that was given no other place. */
export function logGroupOf(application: string): string {
  return `/aws/lambda/${functionNameOf(application)}`;
}
