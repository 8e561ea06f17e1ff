"use client";

import "./globals.css";

/** The last resort: the page's frame itself failed. */
export default function GlobalError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <html lang="en">
      <body>
        <main className="state min-h-[80vh]">
          <h1>Hopwatch failed to draw this page</h1>
          <p className="text-fg-2">
            The server’s log tells why{error.digest ? ` under ${error.digest}` : ""}.
          </p>
          <button type="button" className="btn primary" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
