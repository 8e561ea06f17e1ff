/** What the system says by a code, as a person would. */
const words: Record<string, string> = {
  ENOENT: "there is no such file",
  EACCES: "it may not be read by this user",
  EPERM: "it may not be read by this user",
  EISDIR: "it is a folder, and a file is asked for",
  ENOTDIR: "a part of its path is no folder",
  EMFILE: "too many files are open",
  ENOSPC: "the disk is full",
  EROFS: "the disk can only be read",
};

/** A fault of the file system: an error with a code in capitals, such as ENOENT. */
export function isFileFault(error: unknown): error is Error & { code: string; path?: string } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z]+$/.test(error.code)
  );
}

/** Why a file could not be read or written. */
export function faultText(error: Error & { code: string }): string {
  return words[error.code] ?? error.message;
}
