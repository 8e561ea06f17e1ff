/** What a page's error carries from server to browser when the database was away: of an error nothing else is sent. */
export const awayDigest = "database-away";
