// The package ships no types. What it exports depends on the loader: a function, or a module with it as its default.
declare module 'asl-validator';
