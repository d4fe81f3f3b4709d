// Custom sections that say of which component a core module is to become a part.

/** Tools write several, with something behind this. */
export const componentTypePrefix = 'component-type';
