import { optionalTool } from './tools.js';

/** Without it no test can make a zombie: it needs setpgid(2), which bash has not. */
export const PERL = optionalTool('perl');

/**
 * Lines for a bash script that leave a zombie in its process group, as an orphan is where the first process of a container
 * waits late or never. Who holds it is in a group of its own; its id stands in `holder.pid`, to be killed by the test.
 */
export const LEAVE_A_ZOMBIE = `read -r holder < <(exec perl -e '
  setpgrp(0, 0); pipe(R, W); $| = 1;
  if (!fork()) { setpgrp(0, $ARGV[0]); exit 0 }
  close W; <R>; print "$$\\n"; sleep 600' $$ 2>/dev/null)
echo "$holder" >holder.pid
`;
