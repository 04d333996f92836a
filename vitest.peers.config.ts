import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

// Tests against software of others, which is fetched or built the first time: a suite of its own, `npm run test:peers`.
export default defineConfig({ test: { ...base.test, include: ['tests/peers/**/*.test.ts'], exclude: [] } });
