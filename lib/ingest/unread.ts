import { Problem } from "@/lib/domain/problem";
import type { Chunks } from "./decode";

/** Bytes that came and cannot be read before more come, as those of a JSON array: of all bodies together, a bounded number. */
export class Unread {
  private held = 0;

  constructor(private readonly most: number) {}

  /** Those of one body. */
  part() {
    let own = 0;
    const clear = () => {
      this.held -= own;
      own = 0;
    };
    /**
     * The same chunks, each counted until `clear` says that what came is read.
     * @throws Problem 429 when too much of all bodies is held; others do not wait for one that waits for more.
     */
    const counted = async function* (this: Unread, chunks: Chunks): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        own += chunk.byteLength;
        this.held += chunk.byteLength;
        if (this.held > this.most && this.held > own)
          throw new Problem(
            429,
            "Too many long arrays are coming in",
            "Send the same delivery again in a moment, or as NDJSON, one event on a line.",
            { headers: { "Retry-After": "2" } },
          );
        yield chunk;
      }
    }.bind(this);
    return { counted, clear };
  }
}
