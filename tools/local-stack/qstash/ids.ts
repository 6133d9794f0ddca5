/** Makes an identifier that is unique in this server's life. */
export type NewId = () => string;

/**
 * 128 random bits as hexadecimal digits: never a `:`, so that it may be used as a deduplication
 * id.
 */
export const randomId: NewId = () => crypto.randomUUID().replaceAll("-", "");
