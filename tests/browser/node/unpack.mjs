// Unpacks Chromium and the libraries that a bare machine lacks into the directory that is named.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const packed = fileURLToPath(new URL("./node_modules/@sparticuz/chromium/bin", import.meta.url));
for (const name of ["chromium", "al2023.tar"]) {
  writeFileSync(join(process.argv[2], name), brotliDecompressSync(readFileSync(join(packed, `${name}.br`))));
}
