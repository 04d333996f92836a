import { collate } from './collate.js';
import { CouchError } from './exchange.js';

type Test = (value: unknown) => boolean;

/**
 * Compiles a Mango selector: the operators that compare, combine, and ask whether a field exists.
 * @throws CouchError 400 for an operator that is not known
 * @see https://docs.couchdb.org/en/stable/api/database/find.html#selector-syntax
 */
export function compileSelector(selector: unknown): Test {
  if (!isObject(selector)) throw new CouchError(400, 'bad_request', 'Selector must be a JSON object');
  const tests = Object.entries(selector).map(([name, condition]) =>
    name.startsWith('$') ? combination(name, condition) : fieldTest(name.split('.'), condition),
  );
  return (value) => tests.every((test) => test(value));
}

function fieldTest(path: readonly string[], condition: unknown): Test {
  const test = conditionTest(condition);
  return (document) => test(path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), document));
}

function conditionTest(condition: unknown): Test {
  if (!isObject(condition)) return equals(condition);
  const names = Object.keys(condition);
  if (names.every((name) => name.startsWith('$'))) {
    const tests = names.map((name) => operator(name, condition[name]));
    return (value) => tests.every((test) => test(value));
  }
  return compileSelector(condition);
}

function combination(name: string, operand: unknown): Test {
  if (name === '$not') {
    const test = compileSelector(operand);
    return (value) => !test(value);
  }
  if (!['$and', '$or', '$nor'].includes(name)) throw invalid(name);
  if (!Array.isArray(operand))
    throw new CouchError(400, 'bad_arg', `Bad argument for operator ${name}: ${JSON.stringify(operand)}`);
  const tests = operand.map(compileSelector);
  if (name === '$and') return (value) => tests.every((test) => test(value));
  if (name === '$or') return (value) => tests.some((test) => test(value));
  return (value) => !tests.some((test) => test(value));
}

function operator(name: string, operand: unknown): Test {
  switch (name) {
    case '$eq':
      return equals(operand);
    case '$ne':
      return (value) => value !== undefined && collate(value, operand) !== 0;
    case '$lt':
      return (value) => value !== undefined && collate(value, operand) < 0;
    case '$lte':
      return (value) => value !== undefined && collate(value, operand) <= 0;
    case '$gt':
      return (value) => value !== undefined && collate(value, operand) > 0;
    case '$gte':
      return (value) => value !== undefined && collate(value, operand) >= 0;
    case '$in':
    case '$nin': {
      const among = membership(listOf(name, operand));
      return (value) => value !== undefined && among(value) === (name === '$in');
    }
    case '$exists':
      return (value) => (value !== undefined) === operand;
    case '$type':
      return (value) => typeName(value) === operand;
    case '$regex':
      return patternTest(operand);
    case '$beginsWith':
      return (value) => typeof value === 'string' && value.startsWith(String(operand));
    case '$mod': {
      const [divisor, rest] = listOf(name, operand);
      return (value) => Number.isInteger(value) && (value as number) % (divisor as number) === rest;
    }
    case '$size':
      return (value) => Array.isArray(value) && value.length === operand;
    case '$all': {
      const wanted = listOf(name, operand);
      return (value) => Array.isArray(value) && wanted.every((one) => value.some((own) => collate(own, one) === 0));
    }
    case '$elemMatch':
    case '$allMatch': {
      const test = conditionTest(operand);
      if (name === '$elemMatch') return (value) => Array.isArray(value) && value.some(test);
      return (value) => Array.isArray(value) && value.length > 0 && value.every(test);
    }
    case '$not': {
      const test = conditionTest(operand);
      return (value) => !test(value);
    }
    default:
      throw invalid(name);
  }
}

function equals(operand: unknown): Test {
  return (value) => value !== undefined && collate(value, operand) === 0;
}

/** Whether a value, or an element of a list, is among these. */
function membership(list: readonly unknown[]): Test {
  const isIn = (value: unknown): boolean => list.some((one) => collate(value, one) === 0);
  return (value) => isIn(value) || (Array.isArray(value) && value.some(isIn));
}

function typeName(value: unknown): string | undefined {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : value === undefined ? undefined : typeof value;
}

function patternTest(operand: unknown): Test {
  try {
    const pattern = new RegExp(String(operand), 'u');
    return (value) => typeof value === 'string' && pattern.test(value);
  } catch {
    throw new CouchError(400, 'bad_arg', `Bad argument for operator $regex: ${JSON.stringify(operand)}`);
  }
}

function listOf(name: string, operand: unknown): readonly unknown[] {
  if (Array.isArray(operand)) return operand;
  throw new CouchError(400, 'bad_arg', `Bad argument for operator ${name}: ${JSON.stringify(operand)}`);
}

function invalid(name: string): CouchError {
  return new CouchError(400, 'invalid_operator', `Invalid operator: ${name}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
