/** Messages longer than this are cut off by most senders, and rejected as lines here. */
const longestFrame = 1_048_576;

/**
 * Cuts a TCP stream of syslog into messages: by octet counts (`123 <134>…`) or
 * by line ends, as each message begins (RFC 6587, 3.4.1 and 3.4.2).
 */
export class SyslogFrames {
  private rest: Buffer = Buffer.alloc(0);

  /** The messages that this piece completes. @throws RangeError when a message is longer than can be. */
  take(piece: Uint8Array): string[] {
    this.rest = this.rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.rest, piece]);
    const messages: string[] = [];
    for (;;) {
      const counted = /^(\d{1,7}) </.exec(this.rest.subarray(0, 10).toString("latin1"));
      if (counted?.[1]) {
        const length = Number(counted[1]);
        if (length > longestFrame) throw new RangeError(`a message of ${length} bytes`);
        const from = counted[1].length + 1;
        if (this.rest.length < from + length) return messages;
        messages.push(this.rest.subarray(from, from + length).toString("utf8"));
        this.rest = this.rest.subarray(from + length);
        continue;
      }
      const end = this.rest.indexOf(10);
      if (end < 0) {
        if (this.rest.length > longestFrame) throw new RangeError("a message without an end");
        return messages;
      }
      messages.push(this.rest.subarray(0, end).toString("utf8"));
      this.rest = this.rest.subarray(end + 1);
    }
  }

  /** What came last without a line end. */
  end(): string[] {
    const last = this.rest.toString("utf8");
    this.rest = Buffer.alloc(0);
    return last === "" ? [] : [last];
  }
}
