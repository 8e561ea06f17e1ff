/** Advisory locks (transaction level) that keep processes on one database out of each other's way. */

/** Held by whoever writes facts, sessions or verdicts: what was looked up stays true until the commit. */
export const writeLock = 4_673_925_010;

/** Held while sessions are judged: two that judged the same session would each write what the other does not know of. */
export const settleLock = 4_673_925_011;
