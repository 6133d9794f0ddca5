/** The codecs in assets/decoders.js, typed as far as they are used. */

interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** What a module of Emscripten's is made with. */
export interface CodecOptions {
  noInitialRun: true;
  print(line: string): void;
  printErr(line: string): void;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
}

export declare function startWebp(
  options: CodecOptions,
): Promise<{ decode(bytes: Uint8Array): Decoded | null }>;
export declare function startPng(module: WebAssembly.Module): { memory: WebAssembly.Memory };
export declare function decodePng(bytes: Uint8Array): Decoded;
