// The first file of the ingest thread: the rest of it is TypeScript, read as it is.
import { register } from "tsx/esm/api";

register();
await import("./ingest-thread.ts");
