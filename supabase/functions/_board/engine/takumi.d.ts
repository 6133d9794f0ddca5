/**
 * The part of `@takumi-rs/wasm` that the board uses, typed. Its own declarations lean on the types of
 * React, csstype and Node, which a function has no other use for.
 */

/** A node of the tree that Takumi lays out and draws; styles are CSS in camel case, numbers are pixels. */
export type Node =
  & { readonly style?: Readonly<Record<string, string | number>> }
  & (
    | { readonly type: "container"; readonly children?: readonly Node[] }
    | { readonly type: "text"; readonly text: string }
    | { readonly type: "image"; readonly src: string }
  );

/** Bytes that nodes refer to by `src`. */
export interface ImageSource {
  readonly src: string;
  readonly data: Uint8Array;
  readonly cache: "none" | "auto";
}

/** Where a node's text came to lie, from the node's upper left. */
export interface MeasuredNode {
  readonly children: readonly MeasuredNode[];
  readonly runs: readonly { readonly text: string; readonly x: number; readonly width: number }[];
}

/** One engine with its fonts. */
export declare class Renderer {
  registerFont(font: {
    name: string;
    data: Uint8Array;
    weight?: number;
    unicodeRange: readonly (readonly [number, number])[];
  }): Promise<unknown>;
  measure(
    node: Node,
    options: { images: readonly ImageSource[]; fontFamilies: readonly string[] },
  ): Promise<MeasuredNode>;
  render(
    node: Node,
    options: {
      width: number;
      height: number;
      format: "jpeg" | "png" | "raw";
      quality?: number;
      devicePixelRatio?: number;
      dithering?: "none" | "ordered-bayer";
      images: readonly ImageSource[];
      /** What draws what a node's own families do not; by default all fonts ever registered, in order. */
      fontFamilies?: readonly string[];
    },
  ): Promise<Uint8Array>;
}

/** Instantiates the wasm, once for the module. */
export default function init(
  source: { module_or_path: ArrayBuffer | Uint8Array },
): Promise<unknown>;
