export { Store } from 'fermyon:spin/key-value@2.0.0';
export { get as variable } from 'fermyon:spin/variables@2.0.0';
