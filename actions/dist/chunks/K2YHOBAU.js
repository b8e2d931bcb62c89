const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./WVJ25X42.js";import"./RN64BSD4.js";import"./PXQXCCNA.js";import"./NNRX2ZQR.js";import"./FHJ7F7K7.js";import"./VRI3PD2D.js";import"./7HTSRQTJ.js";import"./2H4I4I4Z.js";import"./VWRC5EHG.js";export{b as fromTokenFile,a as fromWebToken};
