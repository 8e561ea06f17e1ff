#!/usr/bin/env node
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";
import { listCauses } from "../server/cause-list.mjs";

// On a fresh clone the server may never have been started: then the list is made here.
listCauses(fileURLToPath(new URL("../domain", import.meta.url)));
// The command is TypeScript, read as it is; its own settings hold wherever it is called from.
register({ tsconfig: fileURLToPath(new URL("../../tsconfig.json", import.meta.url)) });
await import("./cli.ts");
