import { AwsFault } from '../aws/fault.js';
import { fieldOf, type EventFields } from './query-fields.js';

/** A query of Logs Insights, as far as it is understood here. */
export interface Query {
  fields: string[];
  matches(event: EventFields): boolean;
  sort: { field: string; descending: boolean };
  /** null = not in the query */
  limit: number | null;
}

/** Parts a text at `|`, but not within quotes or `/…/`. */
const COMMANDS = /(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/(?:[^/\\]|\\.)*\/|[^|"'/])+/g;
const CONDITION =
  /^\s*(?:(@?[\w.]+)\s+(not\s+)?like\s+(?:\/((?:[^/\\]|\\.)*)\/|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')|(@?[\w.]+)\s*(=|!=|<=|>=|<|>)\s*(?:"([^"]*)"|'([^']*)'|(-?\d+(?:\.\d+)?))|ispresent\((@?[\w.]+)\))\s*(?:(and|or)\b|$)/i;

/**
 * Reads `fields`, `display`, `filter` (`like` with /expression/ or "text", comparisons, `ispresent`, joined by `and` and `or`),
 * `sort` by one field and `limit`. The newest come first unless `sort` says otherwise.
 *
 * @throws AwsFault 400 (MalformedQueryException) for what is not understood
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export function parseQuery(text: string): Query {
  const query: Query = {
    fields: ['@timestamp', '@message'],
    matches: () => true,
    sort: { field: '@timestamp', descending: true },
    limit: null,
  };
  const withoutComments = text.replaceAll(/^\s*#.*$/gm, '');
  for (const command of withoutComments.match(COMMANDS) ?? []) {
    const [, name = '', rest = ''] = /^\s*(\w+)\s*(.*?)\s*$/s.exec(command) ?? [];
    switch (name.toLowerCase()) {
      case 'fields':
      case 'display':
        query.fields = rest.split(/\s*,\s*|\s+/).filter((field) => field !== '');
        break;
      case 'filter': {
        const [before, condition] = [query.matches, conditionOf(rest)];
        query.matches = (event) => before(event) && condition(event);
        break;
      }
      case 'sort': {
        const [, field, order = 'asc'] = /^(@?[\w.]+)(?:\s+(asc|desc))?$/i.exec(rest) ?? [];
        if (field === undefined) throw malformed(`sort ${rest}`);
        query.sort = { field, descending: order.toLowerCase() === 'desc' };
        break;
      }
      case 'limit':
        if (!/^\d+$/.test(rest)) throw malformed(`limit ${rest}`);
        query.limit = Number(rest);
        break;
      default:
        if (command.trim() !== '') throw malformed(command.trim());
    }
  }
  return query;
}

type Condition = (event: EventFields) => boolean;

/** `and` binds closer than `or`. */
function conditionOf(text: string): Condition {
  const alternatives: Condition[][] = [[]];
  for (let rest = text; ;) {
    const matched = CONDITION.exec(rest);
    if (matched === null) throw malformed(`filter ${text}`);
    alternatives.at(-1)!.push(simpleCondition(matched));
    const joint = matched[12]?.toLowerCase();
    if (joint === undefined) break;
    if (joint === 'or') alternatives.push([]);
    rest = rest.slice(matched[0].length);
  }
  return (event) => alternatives.some((all) => all.every((condition) => condition(event)));
}

function simpleCondition(matched: RegExpExecArray): Condition {
  const [, likeField, not, expression, doubly, singly, field, operator, quoted, quotedSingly, number, present] =
    matched;
  if (present !== undefined) return (event) => fieldOf(event, present) !== undefined;
  if (likeField !== undefined) {
    const compiled = expression === undefined ? null : regularExpression(expression);
    const sought = (doubly ?? singly ?? '').replaceAll(/\\(.)/g, '$1');
    return (event) => {
      const value = fieldOf(event, likeField);
      const isLike =
        value !== undefined && (compiled === null ? String(value).includes(sought) : compiled.test(String(value)));
      return isLike !== (not !== undefined);
    };
  }
  const operand = number === undefined ? (quoted ?? quotedSingly)! : Number(number);
  return (event) => {
    const value = fieldOf(event, field!);
    return (
      value !== undefined && compares(typeof operand === 'number' ? Number(value) : String(value), operator!, operand)
    );
  };
}

function compares(a: string | number, operator: string, b: string | number): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function regularExpression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw malformed(`/${source}/`);
  }
}

function malformed(what: string): AwsFault {
  return new AwsFault(
    'MalformedQueryException',
    400,
    `the embedded platform does not understand "${what}"; it knows fields, display, filter, sort and limit`,
  );
}
