import type { Reply } from './runtime-api.js';

/** Where a prewarmed instance's question for its function and the answer meet, whichever comes first. */
export interface Assignment {
  asked(question: Reply): void;
  given(env: NodeJS.ProcessEnv): void;
}

/** @param tell is called once, when both are there; the function's variables as JSON */
export function createAssignment(tell: (question: Reply, env: string) => void): Assignment {
  let question: Reply | null = null;
  let env: string | null = null;
  function meet(): void {
    if (question !== null && env !== null) tell(question, env);
  }
  return {
    asked(reply) {
      question = reply;
      meet();
    },
    given(variables) {
      env = JSON.stringify(variables);
      meet();
    },
  };
}
