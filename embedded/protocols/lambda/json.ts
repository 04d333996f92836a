import type { ServerResponse } from 'node:http';
import { answerText, type AwsExchange } from '../aws/exchange.js';
import type { AwsFault } from '../aws/fault.js';

/** Answers with JSON. */
export function answerJson(exchange: AwsExchange, status: number, value: unknown): void {
  answerText(exchange, status, JSON.stringify(value), { 'Content-Type': 'application/json' });
}

/** The types whose sentence Lambda writes with a capital. */
const CAPITAL = new Set(['AccessDeniedException', 'ResourceConflictException', 'ResourceNotFoundException']);

/** Answers with a fault. What it is about stands in `Message` where Lambda writes it so, else in `message`. */
export function answerFault(target: { response: ServerResponse }, { type, status, message, fields }: AwsFault): void {
  const key = CAPITAL.has(type) ? 'Message' : 'message';
  answerText(target, status, JSON.stringify({ ...fields, [key]: message }), {
    'Content-Type': 'application/json',
    'x-amzn-ErrorType': type,
  });
}
