import type { IncomingMessage } from "node:http";

/** Does a person look at the answer, through a browser that asked for a page? */
export function wantsPage(request: IncomingMessage): boolean {
  return request.method === "GET" && /\btext\/html\b/.test(request.headers.accept ?? "");
}

/** A page for when none can be made: says why in a sentence, and comes again every two seconds. */
export function plainPage(title: string, words: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="2">
<title>${title} · Hopwatch</title>
<style>body{display:grid;min-height:90vh;place-content:center;padding:16px;text-align:center;font:14px/20px system-ui,sans-serif}h1{font-size:16px;margin:0}</style>
</head>
<body><main><h1>${title}</h1><p>${words}</p></main></body>
</html>
`;
}
